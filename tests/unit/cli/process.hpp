// Running the sample program: what it prints, how it ends, with which descriptors.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace test {

struct Command {
  std::vector<std::string> words;                    ///< after the program name
  std::map<std::string, std::string> environment{};  ///< all of it
  std::string input{};
  std::vector<int> closed{};   ///< descriptors closed at start
  std::string stdout_path{};   ///< for example /dev/full
  bool stdout_broken = false;  ///< a pipe without reader
  bool new_session = false;    ///< no controlling terminal
  bool terminal = false;       ///< stdin, stderr and /dev/tty are a new terminal; `input` is typed
  int kill_when_ready = 0;     ///< signal to send when stderr says "ready"
  int then_kill = 0;           ///< and one a little later
  std::vector<int> ignored{};  ///< signals ignored at start, as nohup does
};

struct Ended {
  int status = -1;  ///< exit status, or -1
  int signal = 0;   ///< that ended it, or 0
  std::string out{};
  std::string err{};
};

Ended run_program_file(const std::string& path, const Command& command);
/// The sample program.
Ended run_sample(const Command& command);

}  // namespace test
