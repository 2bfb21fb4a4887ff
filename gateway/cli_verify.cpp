// The options of `tickweir verify`.
#include "gateway/cli_commands.hpp"
#include "gateway/cli_options.hpp"

namespace tickweir::gateway {

void add_verify(CLI::App& app, VerifyOptions& options) {
    Options add{app, "verify",
                "Checks a venue's log and snapshots offline, and executes the log again\n"
                "behind the newest snapshot. Changes nothing. Exit status: 0 sound,\n"
                "1 damage, 2 nothing that could be checked."};
    add.text("--data", "DIR", options.data, "the venue's data directory").required();
    add.text("--config", "FILE", options.config,
             "take the venue's settings from this configuration, and not from DIR");
    add.flag("--json", options.json, "print one JSON document");
    add.value("--dump", "LSN", options.dump, as_count<std::uint64_t>(0),
              "print the state behind this record as text, and check nothing else");
}

}  // namespace tickweir::gateway
