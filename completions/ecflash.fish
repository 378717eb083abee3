# fish completion of ecflash. Load it with: ecflash completion fish | source
function __ecflash_complete
    set -l words (commandline -opc)
    set -l token (commandline -ct)
    set -l prefix (string match -r -- '^--[^=]+=' $token)
    for line in (ecflash complete -- $words[2..-1] "$token" 2>/dev/null)
        if test "$line" = :files
            for file in (__fish_complete_path (string replace -r -- '^--[^=]+=' '' "$token"))
                echo "$prefix$file"
            end
        else
            echo "$prefix$line"
        end
    end
end
complete -c ecflash -f -a '(__ecflash_complete)'
