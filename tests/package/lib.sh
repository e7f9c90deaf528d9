# shellcheck shell=bash
# What tests/package/*.t share, on top of tests/cli/lib.sh: a minimal Debian 12, and the packages.
#
#   need_root                 ends the script as skipped where it is not run as root
#   need_base                 the same without $base, the archive of a minimal Debian that root.t makes
#   new_root DIR              unpacks it
#   in_root DIR COMMAND...    within DIR, with /proc and a /dev of its own that go away with it, and no terminal
#   pack                      the packages of what is built: $tools and $service

. "$SOURCE/tests/cli/lib.sh"

build=$(dirname "$BIN")
base=${MEDCHAIN_TEST_ROOT:-$build/tests/package/root.tar}

need_root() {
  [[ $(id -u) == 0 ]] || skip "only root can"
  need unshare chroot mount tar dpkg-deb
  # As within a container that is not allowed to.
  unshare --mount true 2>/dev/null || skip "no mount namespaces can be made here"
}

need_base() { [[ -s $base ]] || skip "there is no '$base': root.t could not make it"; }

new_root() {
  mkdir "$1"
  tar -C "$1" -xpf "$base" --numeric-owner
}

in_root() {
  local directory=$1
  shift
  # shellcheck disable=SC2016 # for the shell within
  unshare --mount --pid --fork --kill-child --propagation private bash -c '
    cd "$1"
    mount -t proc proc proc
    mount -t tmpfs -o mode=755 tmpfs dev
    for name in null zero full random urandom; do
      : >"dev/$name"
      mount --bind "/dev/$name" "dev/$name"
    done
    ln -s /proc/self/fd dev/fd
    shift
    exec chroot . /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root \
      DEBIAN_FRONTEND=noninteractive "$@"' in_root "$directory" "$@"
}

pack() {
  need cpack dpkg-shlibdeps gzip
  [[ -e $build/CPackConfig.cmake ]] || skip "no CPackConfig.cmake in '$build'"
  BUILD=$build "$SOURCE/scripts/deb/pack" "$PWD/packages" >packages.list
  # shellcheck disable=SC2034 # for the tests
  tools=$(grep '/medchain_' packages.list)
  # shellcheck disable=SC2034
  service=$(grep '/medchain-service_' packages.list)
}
