# fish completion for medchain-audit: made by scripts/gen-completions, do not edit
complete -c medchain-audit -f
complete -c medchain-audit -n 'not __fish_seen_subcommand_from prove' -a prove -d 'write a self-contained proof of one record (TYPE/ID or a file), or of an entry'
complete -c medchain-audit -n '__fish_seen_subcommand_from prove' -l source -x -d 'system that gave the id, as it was anchored'
complete -c medchain-audit -n '__fish_seen_subcommand_from prove' -l private -d 'leave out what the record can be compared with'
complete -c medchain-audit -n '__fish_seen_subcommand_from prove' -l entry -x -d 'prove this entry, of whatever kind'
complete -c medchain-audit -n '__fish_seen_subcommand_from prove' -s l -l ledger -x -a '(__fish_complete_directories)' -d 'ledger directory'
complete -c medchain-audit -n '__fish_seen_subcommand_from prove' -l vault -x -a '(__fish_complete_directories)' -d 'your private store'
complete -c medchain-audit -n '__fish_seen_subcommand_from prove' -l profile -x -d 'named set of defaults'
complete -c medchain-audit -n '__fish_seen_subcommand_from prove' -l config -r -F -d 'configuration file; \'none\' reads no file'
complete -c medchain-audit -n '__fish_seen_subcommand_from prove' -s o -l output -r -F -d 'write results to FILE'
complete -c medchain-audit -n '__fish_seen_subcommand_from prove' -s q -l quiet -d 'only errors'
complete -c medchain-audit -n '__fish_seen_subcommand_from prove' -s v -l verbose -d 'more detail; twice: debug'
complete -c medchain-audit -n '__fish_seen_subcommand_from prove' -l color -x -a 'auto always never' -d 'colour of messages'
complete -c medchain-audit -n '__fish_seen_subcommand_from prove' -s h -l help -d 'show this help and exit'
complete -c medchain-audit -n '__fish_seen_subcommand_from prove' -l version -d 'show the version and exit'
complete -c medchain-audit -n '__fish_seen_subcommand_from prove' -F
