# fish completion for medchain: made by scripts/gen-completions, do not edit
complete -c medchain -f
complete -c medchain -n 'not __fish_seen_subcommand_from status help anchor audit init key member vault verify' -a status -d 'who am I, last anchor, checkpoint, witnesses, what needs attention'
complete -c medchain -n 'not __fish_seen_subcommand_from status help anchor audit init key member vault verify' -a help -d 'list of jobs, or a manual page'
complete -c medchain -n '__fish_seen_subcommand_from status' -l max-age -x -d 'status 1 if nothing was anchored for so long'
complete -c medchain -n '__fish_seen_subcommand_from status' -s l -l ledger -x -a '(__fish_complete_directories)' -d 'ledger directory'
complete -c medchain -n '__fish_seen_subcommand_from status' -s k -l key -x -a '(__fish_complete_directories)' -d 'your key directory; with only a .pub there, ssh-agent signs'
complete -c medchain -n '__fish_seen_subcommand_from status' -l vault -x -a '(__fish_complete_directories)' -d 'your private store'
complete -c medchain -n '__fish_seen_subcommand_from status' -l profile -x -d 'named set of defaults'
complete -c medchain -n '__fish_seen_subcommand_from status' -l config -r -F -d 'configuration file; \'none\' reads no file'
complete -c medchain -n '__fish_seen_subcommand_from status' -l format -x -a 'text json' -d 'output format'
complete -c medchain -n '__fish_seen_subcommand_from status' -l json -d 'the same as --format=json'
complete -c medchain -n '__fish_seen_subcommand_from status' -s o -l output -r -F -d 'write results to FILE'
complete -c medchain -n '__fish_seen_subcommand_from status' -l time -x -d 'time written into entries (default: now)'
complete -c medchain -n '__fish_seen_subcommand_from status' -s q -l quiet -d 'only errors'
complete -c medchain -n '__fish_seen_subcommand_from status' -s v -l verbose -d 'more detail; twice: debug'
complete -c medchain -n '__fish_seen_subcommand_from status' -l color -x -a 'auto always never' -d 'colour of messages'
complete -c medchain -n '__fish_seen_subcommand_from status' -s h -l help -d 'show this help and exit'
complete -c medchain -n '__fish_seen_subcommand_from status' -l version -d 'show the version and exit'
complete -c medchain -n '__fish_seen_subcommand_from help' -l profile -x -d 'named set of defaults'
complete -c medchain -n '__fish_seen_subcommand_from help' -l config -r -F -d 'configuration file; \'none\' reads no file'
complete -c medchain -n '__fish_seen_subcommand_from help' -s q -l quiet -d 'only errors'
complete -c medchain -n '__fish_seen_subcommand_from help' -s v -l verbose -d 'more detail; twice: debug'
complete -c medchain -n '__fish_seen_subcommand_from help' -l color -x -a 'auto always never' -d 'colour of messages'
complete -c medchain -n '__fish_seen_subcommand_from help' -s h -l help -d 'show this help and exit'
complete -c medchain -n '__fish_seen_subcommand_from help' -l version -d 'show the version and exit'
complete -c medchain -n 'not __fish_seen_subcommand_from status help anchor audit init key member vault verify' -a anchor -d medchain-anchor
complete -c medchain -n '__fish_seen_subcommand_from anchor' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
complete -c medchain -n 'not __fish_seen_subcommand_from status help anchor audit init key member vault verify' -a audit -d medchain-audit
complete -c medchain -n '__fish_seen_subcommand_from audit' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
complete -c medchain -n 'not __fish_seen_subcommand_from status help anchor audit init key member vault verify' -a init -d medchain-init
complete -c medchain -n '__fish_seen_subcommand_from init' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
complete -c medchain -n 'not __fish_seen_subcommand_from status help anchor audit init key member vault verify' -a key -d medchain-key
complete -c medchain -n '__fish_seen_subcommand_from key' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
complete -c medchain -n 'not __fish_seen_subcommand_from status help anchor audit init key member vault verify' -a member -d medchain-member
complete -c medchain -n '__fish_seen_subcommand_from member' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
complete -c medchain -n 'not __fish_seen_subcommand_from status help anchor audit init key member vault verify' -a vault -d medchain-vault
complete -c medchain -n '__fish_seen_subcommand_from vault' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
complete -c medchain -n 'not __fish_seen_subcommand_from status help anchor audit init key member vault verify' -a verify -d medchain-verify
complete -c medchain -n '__fish_seen_subcommand_from verify' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
