#include "gateway/feeds/venue_session/snapshot_requests.hpp"

#include <algorithm>
#include <utility>

namespace tickweir::gateway {
namespace {

/// After a pause: venues count by the minute.
constexpr std::uint32_t at_once = 4;

}  // namespace

SnapshotRequests::SnapshotRequests(const SnapshotLimits& limits, std::size_t symbols,
                                   std::uint64_t seed)
    : limits_{limits},
      rate_{limits.per_second, std::max(limits.per_second, at_once * limits.weight)} {
    symbols_.reserve(symbols);
    for (std::size_t i = 0; i < symbols; ++i)
        symbols_.push_back({Backoff{limits.retry, limits.retry_max, seed + i}, {}, {}, {}});
}

void SnapshotRequests::want(std::uint32_t index, book::TimeNs now) {
    Symbol& symbol = symbols_[index];
    if (symbol.asked || symbol.wanted_at) return;
    const bool was_useless = symbol.taken_at && now < *symbol.taken_at + limits_.useful_for;
    if (!was_useless) symbol.backoff.reset();
    set_wanted(symbol, was_useless ? now + symbol.backoff.next() : now);
}

void SnapshotRequests::set_wanted(Symbol& symbol, std::optional<book::TimeNs> when) {
    if (symbol.wanted_at) --wanted_;
    symbol.wanted_at = when;
    if (symbol.wanted_at) ++wanted_;
}

std::optional<std::uint64_t> SnapshotRequests::drop(std::uint32_t index) {
    Symbol& symbol = symbols_[index];
    set_wanted(symbol, std::nullopt);
    symbol.taken_at.reset();
    if (symbol.asked) asked_.erase(*symbol.asked);
    return std::exchange(symbol.asked, std::nullopt);
}

std::optional<SnapshotRequests::Question> SnapshotRequests::next(book::TimeNs now) {
    if (wanted_ == 0 || asked_.size() >= limits_.in_flight || now < rate_.ready())
        return std::nullopt;
    if (paused_until_ && now < *paused_until_) return std::nullopt;
    paused_until_.reset();
    for (std::size_t i = 0; i < symbols_.size(); ++i) {
        const auto index = static_cast<std::uint32_t>((first_ + i) % symbols_.size());
        Symbol& symbol = symbols_[index];
        if (!symbol.wanted_at || now < *symbol.wanted_at) continue;
        first_ = index + 1;
        for (std::uint32_t part = 0; part < limits_.weight; ++part)
            rate_.take(now);
        ++counts_.asked;
        const std::uint64_t id = next_id_++;
        set_wanted(symbol, std::nullopt);
        symbol.asked = id;
        asked_.emplace(id, Asked{index, now + limits_.timeout});
        return Question{id, index};
    }
    return std::nullopt;
}

std::optional<std::uint32_t> SnapshotRequests::symbol_of(std::uint64_t id) const {
    const auto found = asked_.find(id);
    return found == asked_.end() ? std::nullopt : std::optional{found->second.symbol};
}

std::optional<SnapshotRequests::Asked> SnapshotRequests::end(std::uint64_t id) {
    const auto found = asked_.find(id);
    if (found == asked_.end()) return std::nullopt;
    const Asked asked = found->second;
    asked_.erase(found);
    symbols_[asked.symbol].asked.reset();
    return asked;
}

SnapshotOutcome SnapshotRequests::on_answer(std::uint64_t id, unsigned http_status,
                                            std::optional<std::uint32_t> retry_after,
                                            book::TimeNs now) {
    constexpr unsigned ok = 200;
    constexpr unsigned teapot = 418;  // what Binance says to those who do not heed the other
    constexpr unsigned too_many = 429;
    const auto asked = end(id);
    if (!asked) return SnapshotOutcome::foreign;
    Symbol& symbol = symbols_[asked->symbol];
    if (http_status == ok) {
        ++counts_.taken;
        symbol.taken_at = now;
        return SnapshotOutcome::taken;
    }
    if (http_status == too_many || http_status == teapot) {
        ++counts_.throttled;
        const std::chrono::nanoseconds told =
            retry_after ? std::chrono::seconds{*retry_after} : limits_.pause;
        const book::TimeNs until = now + std::min(told, limits_.pause_max);
        paused_until_ = paused_until_ ? std::max(*paused_until_, until) : until;
        set_wanted(symbol, now);
        return SnapshotOutcome::too_many;
    }
    ++counts_.failed;
    const bool is_ours = http_status >= 400 && http_status < 500;
    set_wanted(symbol, now + (is_ours ? symbol.backoff.longest() : symbol.backoff.next()));
    return is_ours ? SnapshotOutcome::refused : SnapshotOutcome::failed;
}

SnapshotOutcome SnapshotRequests::on_failed(std::uint64_t id, book::TimeNs now) {
    const auto asked = end(id);
    if (!asked) return SnapshotOutcome::foreign;
    ++counts_.failed;
    Symbol& symbol = symbols_[asked->symbol];
    set_wanted(symbol, now + symbol.backoff.next());
    return SnapshotOutcome::failed;
}

std::optional<SnapshotRequests::Question> SnapshotRequests::take_overdue(book::TimeNs now) {
    if (asked_.empty() || now < asked_.begin()->second.until) return std::nullopt;
    const Question question{asked_.begin()->first, asked_.begin()->second.symbol};
    on_failed(question.id, now);
    return question;
}

std::optional<book::TimeNs> SnapshotRequests::next_due() const {
    std::optional<book::TimeNs> due;
    if (wanted_ != 0 && asked_.size() < limits_.in_flight) {
        for (const Symbol& symbol : symbols_)
            if (symbol.wanted_at && (!due || *symbol.wanted_at < *due)) due = symbol.wanted_at;
        if (due) due = std::max(*due, rate_.ready());
        if (due && paused_until_) due = std::max(*due, *paused_until_);
    }
    if (asked_.empty()) return due;
    const book::TimeNs overdue = asked_.begin()->second.until;
    return due ? std::min(*due, overdue) : overdue;
}

}  // namespace tickweir::gateway
