# The warning list (STYLE 10.2).  -Werror only in developer presets (MEDCHAIN_WERROR).
option(MEDCHAIN_WERROR "treat warnings as errors" OFF)

add_library(medchain_options INTERFACE)
target_compile_options(medchain_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor
  -Wold-style-cast -Wcast-qual -Woverloaded-virtual -Wformat=2 -Wimplicit-fallthrough
  -Wswitch-enum -Wundef -Wunused -fno-strict-aliasing)
if(MEDCHAIN_WERROR)
  target_compile_options(medchain_options INTERFACE -Werror)
endif()
target_compile_definitions(medchain_options INTERFACE MEDCHAIN_VERSION="${PROJECT_VERSION}")
# Messages and assertions must not carry the path of the build machine (two builds give the same bytes).
target_compile_options(medchain_options INTERFACE -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)

set(MEDCHAIN_SANITIZE "" CACHE STRING "sanitizers, for example address,undefined")
if(MEDCHAIN_SANITIZE)
  add_compile_options(-fsanitize=${MEDCHAIN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${MEDCHAIN_SANITIZE})
endif()
if(NOT MEDCHAIN_SANITIZE)
  add_compile_options(-fstack-protector-strong)
  add_compile_definitions($<$<CONFIG:Release,RelWithDebInfo>:_FORTIFY_SOURCE=2>)
  add_link_options(-Wl,-z,relro,-z,now)
endif()
