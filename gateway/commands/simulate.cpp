#include "gateway/commands/simulate.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "codecs/itch/framing.hpp"
#include "codecs/itch/messages.hpp"
#include "gateway/commands/simulate_json.hpp"
#include "gateway/commands/simulate_lines.hpp"
#include "gateway/commands/simulate_packets.hpp"
#include "gateway/exit_status.hpp"
#include "gateway/interrupt.hpp"
#include "gateway/progress.hpp"
#include "replay/itch_writer.hpp"
#include "replay/pcap_writer.hpp"
#include "replay/simulator.hpp"
#include "replay/time_zone.hpp"

namespace tickweir::gateway {
namespace {

using replay::Result;

/// Counts the frames of whole messages.
std::uint64_t frames_in(codecs::Bytes framed) {
    codecs::itch::FrameCursor cursor{framed};
    codecs::Bytes message;
    std::uint64_t frames = 0;
    while (cursor.next(message) == codecs::itch::FrameStatus::message)
        ++frames;
    return frames;
}

std::string interrupted(const SimulateOptions& options) {
    return options.out.string() + ": interrupted";
}

/// Gives the number of messages.
Result<std::uint64_t> write_itch(replay::Simulator& market, const SimulateOptions& options,
                                 const InterruptGuard& guard) {
    auto file = replay::ItchWriter::create(options.out);
    if (!file) return file.error();
    Progress progress{"messages"};
    std::vector<std::byte> block(std::size_t{256} * 1024);
    std::uint64_t messages = 0;
    while (file->ok()) {
        const std::size_t bytes = market.fill(block);
        if (bytes == 0) break;
        if (guard.interrupted()) return interrupted(options);
        const codecs::Bytes frames = codecs::Bytes{block}.first(bytes);
        file->write_frames(frames);
        messages += frames_in(frames);
        progress.update({messages, messages, options.market.messages});
    }
    if (const auto finished = file->finish(); !finished) return finished.error();
    return messages;
}

/// The feed's day begins at midnight in New York.
Result<book::TimeNs> midnight_of(std::chrono::year_month_day date) {
    const auto zone = replay::TimeZone::load("America/New_York");
    if (!zone) return zone.error();
    return zone->to_utc(date, std::chrono::nanoseconds{0});
}

/// "SIM" and the last seven digits of the seed.
codecs::Alpha<10> session_of(std::uint64_t seed) {
    const std::string digits = std::to_string(10'000'000 + seed % 10'000'000);
    return codecs::Alpha<10>{"SIM" + digits.substr(1)};
}

/// Gives the number of messages.
Result<std::uint64_t> write_pcap(replay::Simulator& market, const SimulateOptions& options,
                                 const InterruptGuard& guard) {
    const auto midnight = midnight_of(options.date);
    if (!midnight) return midnight.error();
    auto file = replay::PcapWriter::create(options.out);
    if (!file) return file.error();
    Progress progress{"messages"};
    FeedLines lines{*file, options};
    PacketSender sender{lines, session_of(options.market.seed)};
    std::uint64_t messages = 0;
    while (file->ok()) {
        const codecs::Bytes message = market.next();
        if (message.empty()) break;
        const std::uint64_t since_midnight = codecs::read<codecs::be48>(
            message.data() + offsetof(codecs::itch::SystemEvent, timestamp_ns));
        sender.add(message, *midnight + std::chrono::nanoseconds{since_midnight});
        constexpr std::uint64_t between_updates = 4096;
        if (++messages % between_updates != 0) continue;
        if (guard.interrupted()) return interrupted(options);
        progress.update({messages, messages, options.market.messages});
    }
    sender.end();
    lines.drain();
    if (const auto finished = file->finish(); !finished) return finished.error();
    return messages;
}

int failed(std::ostream& err, const std::string& why, ExitStatus status) {
    err << "tickweir simulate: " << why << '\n';
    return static_cast<int>(status);
}

}  // namespace

int run_simulate(const SimulateOptions& options, std::ostream& out, std::ostream& err) {
    auto market = replay::Simulator::create(options.market);
    if (!market) return failed(err, market.error(), ExitStatus::usage);
    const InterruptGuard guard;
    const bool is_json = options.format == SimulateOptions::Format::json;
    const auto messages = is_json ? write_json(options, guard)
                          : options.format == SimulateOptions::Format::pcap
                              ? write_pcap(*market, options, guard)
                              : write_itch(*market, options, guard);
    if (!messages) return failed(err, messages.error(), ExitStatus::failed);
    std::error_code unknown;
    if (std::filesystem::is_regular_file(options.out, unknown))
        out << options.out.string() << ": " << *messages << (is_json ? " lines, " : " messages, ")
            << std::filesystem::file_size(options.out, unknown) << " bytes\n";
    return static_cast<int>(ExitStatus::ok);
}

}  // namespace tickweir::gateway
