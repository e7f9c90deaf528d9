# Installed files (CLI.md 12).  tests/install.list is compared with the result by the test static.install.
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
