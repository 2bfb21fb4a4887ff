// The options of `tickweir hash-password`.
#include "gateway/cli_commands.hpp"
#include "gateway/cli_options.hpp"

namespace tickweir::gateway {

void add_hash_password(CLI::App& app, HashPasswordOptions& options) {
    Options add{app, "hash-password",
                "Reads a password from stdin (a line; a terminal does not show it) and\n"
                "prints its hash, for password_hash of a session in the configuration."};
    add.value("--ln", "N", options.log_n, as_count<std::uint32_t>(10, 16),
              "work: 2^N KiB of memory a check, and time with it\n(10 to 16; default 14)");
}

}  // namespace tickweir::gateway
