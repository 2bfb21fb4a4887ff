#include "gateway/venue/open_venue.hpp"

#include <charconv>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

#include "gateway/runtime/host.hpp"
#include "gateway/venue/lock_holder.hpp"
#include "gateway/venue/session_record.hpp"
#include "txn/io/write_beside.hpp"
#include "txn/log/log_reader.hpp"

namespace tickweir::gateway {
namespace {

namespace log = txn::log;

[[noreturn]] void refuse(const std::string& why) {
    throw std::runtime_error{"venue.data: " + why};
}

log::Identity new_identity(const Config& config) {
    log::Identity identity{};
    std::random_device random;
    for (std::byte& byte : identity.id.bytes)
        byte = static_cast<std::byte>(random());
    identity.log_number = static_cast<std::uint16_t>(config.venue.log_number);
    return identity;
}

/// Of an engine that is to run as `settings` say.
std::unique_ptr<txn::Engine> open_engine(txn::io::Files& files, const Config& config,
                                         const VenuePlan& plan, StoredSettings settings,
                                         bool last_snapshot, log::LogListener* listener,
                                         const txn::Progress& progress,
                                         txn::EngineRecovery& report) {
    txn::EngineOptions options = engine_options(config, std::move(settings));
    options.last_snapshot = options.last_snapshot || last_snapshot;
    options.host_records = check_host_record;
    return txn::Engine::open(files, plan.data, std::move(options), listener, progress, report);
}

/// Makes the directory ours; why not, or an empty text.
std::string make_directory(txn::io::Files& files, const Config& config, const VenuePlan& plan) {
    if (plan.identity) return {};
    const auto made = log::create_data_directory(files, plan.data, new_identity(config));
    return made.state == log::DirectoryState::ours ? std::string{} : made.what;
}

/// Ends the log's part under the stored settings with a snapshot; why not, or an empty text.
std::string end_under(txn::io::Files& files, const Config& config, const VenuePlan& plan,
                      const txn::Progress& progress) {
    txn::EngineRecovery report;
    const auto engine =
        open_engine(files, config, plan, *plan.before, true, nullptr, progress, report);
    if (engine == nullptr) return report.refused;
    engine->close(wall_clock_now());
    const txn::ReplayerStatus status = engine->replayer().status();
    if (status.snapshot == engine->state().applied()) return {};
    const std::string alarm = engine->replayer().alarm();
    return "the settings have changed, and no snapshot could be written under the old ones" +
           (alarm.empty() ? std::string{} : ": " + alarm);
}

}  // namespace

VenuePlan plan_venue(txn::io::Files& files, const Config& config) {
    VenuePlan plan;
    plan.data = config.venue.data;
    log::DataDirectory directory = log::open_data_directory(files, plan.data);
    directory.lock.reset();
    if (directory.state == log::DirectoryState::in_use)
        refuse(plan.data + " is in use by " + lock_holder(plan.data));
    const bool is_ours = directory.state == log::DirectoryState::ours;
    if (!is_ours && directory.state != log::DirectoryState::empty) refuse(directory.what);
    if (is_ours) {
        plan.identity = directory.identity;
        ReadSettings stored = read_settings(files, plan.data);
        if (!stored.fault.empty()) refuse(stored.fault);
        plan.before = std::move(stored.settings);
    }
    plan.settings = plan_settings(plan.before ? &*plan.before : nullptr, config);
    txn::VenueSettings& venue = plan.settings.settings.venue;
    if (is_ours) venue.log_number = directory.identity.log_number;
    // Names come from clients: what they hash to is to be nobody's choice.
    if (!plan.before)
        venue.limits.seed = std::uint64_t{std::random_device{}()} << 32 | std::random_device{}();
    if (const std::string fault = txn::fault_of(venue); !fault.empty())
        plan.settings.faults.push_back("venue: " + fault);
    if (!plan.settings.faults.empty()) {
        std::string lines;
        for (const std::string& fault : plan.settings.faults)
            lines += (lines.empty() ? "" : "\n") + fault;
        throw std::runtime_error{lines};
    }
    return plan;
}

OpenedVenue open_venue(txn::io::Files& files, const Config& config, const VenuePlan& plan,
                       log::LogListener* listener, const txn::Progress& progress) {
    OpenedVenue opened;
    std::string& refused = opened.report.refused;
    if (refused = make_directory(files, config, plan); !refused.empty()) return opened;
    const StoredSettings& settings = plan.settings.settings;
    const bool changed = plan.before && settings_text(*plan.before) != settings_text(settings);
    if (changed) refused = end_under(files, config, plan, progress);
    if (refused.empty() && (changed || !plan.before))
        refused = write_settings(files, plan.data, settings);
    if (!refused.empty()) return opened;
    opened.engine =
        open_engine(files, config, plan, settings, false, listener, progress, opened.report);
    return opened;
}

// ------------------------------------------------------------------------------- the day's end

namespace {

std::string day_end_path(const std::string& data) {
    return data + "/venue.day_end";
}

}  // namespace

std::optional<book::TimeNs> read_day_end(txn::io::Files& files, const std::string& data) {
    constexpr std::string_view word = "day_end ";
    const auto file = files.open(day_end_path(data), {.mode = txn::io::OpenMode::read});
    if (!file) return std::nullopt;
    std::vector<char> bytes(256);
    const auto read = (*file)->read_at(0, std::as_writable_bytes(std::span{bytes}));
    if (!read) return std::nullopt;
    const std::string_view text{bytes.data(), *read};
    const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
    if (!line.starts_with(word) || text.substr(line.size()) != settings_end(line))
        return std::nullopt;
    std::int64_t time_ns = 0;
    std::from_chars(line.data() + word.size(), line.data() + line.size(), time_ns);
    return book::TimeNs{std::chrono::nanoseconds{time_ns}};
}

std::string write_day_end(txn::io::Files& files, const std::string& data, book::TimeNs ended) {
    std::string text = "day_end " + std::to_string(ended.time_since_epoch().count()) + '\n';
    text += settings_end(text);
    const auto written = txn::io::write_beside(files, day_end_path(data),
                                               std::as_bytes(std::span{text.data(), text.size()}));
    return written ? std::string{} : txn::io::to_string(written.error());
}

std::optional<book::TimeNs> last_logged_day_end(txn::io::Files& files, const std::string& data,
                                                const log::LogId& id) {
    log::LogReader reader{files, log::log_directory(data), id,
                          log::ReadOptions{.from = {}, .known_durable = {}, .up_to = std::nullopt}};
    std::optional<book::TimeNs> last;
    log::RecordView record;
    txn::DecodedCommand decoded;
    while (reader.next(record) == log::ReadOutcome::record) {
        if (record.aborted || record.type != txn::command_record_type) continue;
        if (!txn::decode_record(record.payload, decoded).empty()) continue;
        if (std::holds_alternative<txn::DayEnd>(decoded.command.body))
            last = decoded.command.envelope.time;
    }
    return last;
}

}  // namespace tickweir::gateway
