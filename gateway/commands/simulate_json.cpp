#include "gateway/commands/simulate_json.hpp"

#include <memory>
#include <optional>
#include <string>

#include "gateway/play/faulty_line.hpp"
#include "gateway/progress.hpp"
#include "replay/json_capture_writer.hpp"
#include "replay/simulator/json_simulator.hpp"

namespace tickweir::gateway {
namespace {

using replay::JsonLine;
using replay::JsonLineKind;

// What comes first, the answers to the requests and snapshots in band, is not damaged: a feed that
// never begins is of no use.
constexpr std::chrono::milliseconds spared{100};

/// Frames on their way to the file, lost, doubled and out of order as asked.
class JsonLineOut {
public:
    JsonLineOut(replay::JsonCaptureWriter& file, const SimulateOptions& options)
        : file_{file}, faults_{options.faults, options.market.seed, 0} {}

    void take(const JsonLine& line) {
        if (line.kind == JsonLineKind::sent) {
            if (!damage_from_) damage_from_ = line.time + spared;
            ++lines_;
            return file_.write_sent(line.time, line.text);
        }
        if (line.kind == JsonLineKind::answer) {
            ++lines_;
            return file_.write_answer(line.time, line.target, line.text);
        }
        if (!damage_from_ || line.time <= *damage_from_) return write(line.time, line.text);
        faults_.carry(std::make_shared<const std::string>(line.text),
                      [&](const auto& text, Passage passage) {
                          if (passage != Passage::lost && passage != Passage::held)
                              write(line.time, *text);
                      });
        last_ = line.time;
    }

    /// Lets the one come that is held.
    void drain() {
        faults_.drain([&](const auto& text, Passage) { write(last_, *text); });
    }

    std::uint64_t lines() const { return lines_; }

private:
    void write(book::TimeNs time, std::string_view text) {
        ++lines_;
        file_.write_frame(time, text);
    }

    replay::JsonCaptureWriter& file_;
    FaultyLine<std::shared_ptr<const std::string>> faults_;
    std::optional<book::TimeNs> damage_from_;
    book::TimeNs last_{};
    std::uint64_t lines_ = 0;
};

void write_comments(replay::JsonCaptureWriter& file, const SimulateOptions& options) {
    file.write_comment("source: simulated, seed " + std::to_string(options.market.seed));
    const LineFaults& faults = options.faults;
    if (faults == LineFaults{}) return;
    file.write_comment("damaged: in billionths of all frames: lost " +
                       std::to_string(faults.loss.billionths) + ", doubled " +
                       std::to_string(faults.duplicate.billionths) + ", out of order " +
                       std::to_string(faults.reorder.billionths));
}

}  // namespace

replay::Result<std::uint64_t> write_json(const SimulateOptions& options,
                                         const InterruptGuard& guard) {
    replay::JsonSimulatorOptions made;
    made.market = options.market;
    made.venue = options.venue;
    made.midnight = std::chrono::sys_days{options.date};
    auto market = replay::JsonSimulator::create(made);
    if (!market) return market.error();
    auto file = replay::JsonCaptureWriter::create(options.out, options.venue);
    if (!file) return file.error();
    write_comments(*file, options);
    JsonLineOut out{*file, options};
    Progress progress{"messages"};
    JsonLine line;
    constexpr std::uint64_t between_updates = 1'024;
    for (std::uint64_t taken = 1; file->ok() && market->next(line); ++taken) {
        out.take(line);
        if (taken % between_updates != 0) continue;
        if (guard.interrupted()) return options.out.string() + ": interrupted";
        progress.update({market->messages(), market->messages(), options.market.messages});
    }
    out.drain();
    if (const auto finished = file->finish(); !finished) return finished.error();
    return out.lines();
}

}  // namespace tickweir::gateway
