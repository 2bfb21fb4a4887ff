#include "gateway/serve/hub/book_questions.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "gateway/serve/hub/messages.hpp"

namespace tickweir::gateway::hub {
namespace {

constexpr std::string_view busy = R"({"code":503,"reason":"too many questions for books"})";
constexpr std::string_view late = R"({"code":503,"reason":"its market has not sent the book"})";

}  // namespace

std::optional<std::string> BookQuestions::ask(std::uint32_t instrument, unsigned depth,
                                              PendingAnswer pending, book::TimeNs now) {
    const InstrumentState& state = parts_.instruments[instrument];
    if (state.has_begun(Watch::levels)) return replica_text(instrument, depth);
    if (depth <= store::Depth::levels_max) return store_text(instrument, depth);
    if (state.market == InstrumentState::no_market) return std::string{late};
    if (waiting_.size() == waiting_max) return std::string{busy};
    parts_.watches.ask(instrument, Watch::levels, now);
    waiting_.push_back({instrument, depth, pending, now + patience});
    return std::nullopt;
}

std::string BookQuestions::replica_text(std::uint32_t instrument, unsigned depth) const {
    const InstrumentState& state = parts_.instruments[instrument];
    const std::string name = stream_name(Channel::l2, *state.spec);
    const SnapshotHead head{name, state.levels->version(), state.levels_ns, state.status.in_sync(),
                            0};
    std::string text;
    append_l2_snapshot(text, head, state.levels_scale, *state.levels, depth);
    return text;
}

std::string BookQuestions::store_text(std::uint32_t instrument, unsigned depth) const {
    const InstrumentState& state = parts_.instruments[instrument];
    const store::Depth levels = parts_.store.latest_depth(book::InstrumentId{instrument});
    const std::string name = stream_name(Channel::l2, *state.spec);
    const SnapshotHead head{name, levels.version, levels.times.exchange_ns, state.status.in_sync(),
                            0};
    std::string text;
    append_l2_snapshot(text, head, levels, depth);
    return text;
}

void BookQuestions::answer(std::uint32_t instrument) {
    if (!parts_.instruments[instrument].has_begun(Watch::levels)) return;  // and lost again
    std::erase_if(waiting_, [&](const Waiting& waiting) {
        if (waiting.instrument != instrument) return false;
        answers_.push_back({waiting.pending, replica_text(instrument, waiting.depth)});
        return true;
    });
}

bool BookQuestions::expire(book::TimeNs now) {
    std::size_t expired = 0;
    while (expired < waiting_.size() && waiting_[expired].until <= now)
        answers_.push_back({waiting_[expired++].pending, std::string{late}});
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(expired));
    return expired != 0;
}

std::optional<book::TimeNs> BookQuestions::next_due() const {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.front().until;
}

}  // namespace tickweir::gateway::hub
