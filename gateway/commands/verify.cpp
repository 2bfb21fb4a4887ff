#include "gateway/commands/verify.hpp"

#include <ostream>

#include "gateway/commands/verify_data.hpp"
#include "gateway/config/config_file.hpp"
#include "gateway/exit_status.hpp"
#include "gateway/progress.hpp"
#include "txn/io/posix_files.hpp"

namespace tickweir::gateway {
namespace {

ExitStatus status_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::sound:
            return ExitStatus::ok;
        case Verdict::damaged:
            return ExitStatus::failed;
        case Verdict::refused:
            return ExitStatus::usage;
    }
    return ExitStatus::failed;
}

int dump(const VerifyOptions& options, const Config* config, std::ostream& out, std::ostream& err) {
    txn::io::PosixFiles files;
    std::string fault;
    const auto text = dump_state(files, options.data, config, txn::log::Lsn{*options.dump}, fault);
    if (!text) {
        err << "tickweir verify: " << fault << '\n';
        return static_cast<int>(ExitStatus::failed);
    }
    out << *text;
    return static_cast<int>(ExitStatus::ok);
}

}  // namespace

int run_verify(const VerifyOptions& options, std::ostream& out, std::ostream& err) {
    ParsedConfig parsed;
    if (options.config) parsed = load_config(options.config);
    for (const ConfigError& error : parsed.errors)
        err << to_string(error) << '\n';
    if (!parsed.errors.empty()) return static_cast<int>(ExitStatus::usage);
    const Config* const config = parsed.config ? &*parsed.config : nullptr;
    if (options.dump) return dump(options, config, out, err);
    txn::io::PosixFiles files;
    VerifyReport report;
    {
        Progress progress{"records"};
        report = verify_data(files, options.data, config, [&progress](std::uint64_t records) {
            progress.update({.items = records, .position = 0, .whole = std::nullopt});
        });
    }
    if (options.json)
        print_json(report, out);
    else if (report.verdict != Verdict::refused)
        print_text(report, out);
    if (!report.refused.empty()) err << "tickweir verify: " << report.refused << '\n';
    return static_cast<int>(status_of(report.verdict));
}

}  // namespace tickweir::gateway
