# Installed files (CLI.md 12).  tests/install.list is compared with the result by the test static.install.
# The components become the packages of cmake/package.cmake: medchain, and medchain-service with the units.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME medchain)
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
get_property(medchain_tools GLOBAL PROPERTY MEDCHAIN_TOOLS)
foreach(tool IN LISTS medchain_tools)
  install(TARGETS ${tool} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endforeach()

foreach(section 1 5 7)
  file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/man/*.${section})
  if(pages)
    install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
  endif()
endforeach()

# medchain_install_files(PATTERN DESTINATION): what matches, if anything does.
function(medchain_install_files pattern destination)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${pattern})
  if(files)
    install(FILES ${files} DESTINATION ${destination})
  endif()
endfunction()

medchain_install_files(completions/bash/* ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
medchain_install_files(completions/zsh/* ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
medchain_install_files(completions/fish/* ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
medchain_install_files(share/schema/*.json ${CMAKE_INSTALL_DATADIR}/medchain/schema)
medchain_install_files(scripts/ci/* ${CMAKE_INSTALL_DOCDIR}/examples)
medchain_install_files(README.md ${CMAKE_INSTALL_DOCDIR})
medchain_install_files(CHANGELOG.md ${CMAKE_INSTALL_DOCDIR})

# Units, not enabled.  They name the programs with the prefix of the installation.  The user that they run as is not made by
# installing them, and the two files are not where systemd looks for such by itself: decision 0030.
file(GLOB units CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/scripts/systemd/*@.service ${CMAKE_SOURCE_DIR}/scripts/systemd/*@.timer)
list(JOIN units "\" \"" unit_words)
install(CODE "
  set(bindir \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\")
  foreach(unit IN ITEMS \"${unit_words}\")
    get_filename_component(name \"\${unit}\" NAME)
    configure_file(\"\${unit}\" \"${CMAKE_BINARY_DIR}/systemd/\${name}\" @ONLY)
    file(INSTALL \"${CMAKE_BINARY_DIR}/systemd/\${name}\" DESTINATION \"\${CMAKE_INSTALL_PREFIX}/lib/systemd/system\"
      PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  endforeach()
" COMPONENT service)
install(FILES ${CMAKE_SOURCE_DIR}/scripts/systemd/sysusers.conf ${CMAKE_SOURCE_DIR}/scripts/systemd/tmpfiles.conf
  DESTINATION ${CMAKE_INSTALL_DATADIR}/medchain/systemd COMPONENT service)
