# Debian packages (make deb): medchain with the tools, medchain-service with the units (decision 0030).  What is built is
# packed; times are SOURCE_DATE_EPOCH, so that two builds of a commit give the same bytes.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME medchain)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "tamper-evident consortium ledger for health care")
set(CPACK_PACKAGE_VENDOR "medchain maintainers")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_THREADS 1)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS ${CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/scripts/deb/finish.cmake)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL medchain service)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
# Everything that has dpkg reads it, and it takes a tenth of the time of xz.
set(CPACK_DEBIAN_COMPRESSION_TYPE gzip)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "medchain maintainers <maintainers@users.noreply.r-seed-b08fc6da.example>"
  CACHE STRING "Maintainer of the Debian packages")
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_MEDCHAIN_PACKAGE_NAME medchain)
set(CPACK_DEBIAN_MEDCHAIN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_MEDCHAIN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_MEDCHAIN_PACKAGE_SUGGESTS "medchain-service, age, jq, qrencode")
set(CPACK_COMPONENT_MEDCHAIN_DESCRIPTION "Institutions that do not trust each other's administrators keep one history
of what happened to health records: that a record existed and was not
altered, who holds it, who may see it, and who saw it. Records stay outside;
the ledger holds signed entries in a Merkle tree, with nothing about a
patient in it.

These are the command line tools. There is no server.")

set(CPACK_DEBIAN_SERVICE_PACKAGE_NAME medchain-service)
set(CPACK_DEBIAN_SERVICE_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_SERVICE_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_SERVICE_PACKAGE_DEPENDS "medchain (>= ${PROJECT_VERSION}), systemd")
set(CPACK_DEBIAN_SERVICE_PACKAGE_CONTROL_EXTRA
  ${CMAKE_SOURCE_DIR}/scripts/deb/postinst ${CMAKE_SOURCE_DIR}/scripts/deb/postrm)
set(CPACK_COMPONENT_SERVICE_DESCRIPTION "These are systemd units, one for each profile, that anchor the records of a
night, verify the ledger, and write its status for Prometheus. Installing
this package makes the system user medchain, as which they run; none of them
is enabled.")
include(CPack)
