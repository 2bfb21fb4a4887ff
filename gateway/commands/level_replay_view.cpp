#include "gateway/commands/level_replay_view.hpp"

namespace tickweir::gateway {

void LevelReplayView::begin_day(book::TimeNs first) {
    midnight_ = std::chrono::floor<std::chrono::days>(first);
    if (options_.date) midnight_ = std::chrono::sys_days{*options_.date};
    until_ = instant(options_.until);
    at_ = instant(options_.at);
    if (sampler_ == nullptr) return;
    const auto since = (first - *midnight_).count();
    sampler_->begin(since < 0 ? 0 : static_cast<std::uint64_t>(since));
}

std::optional<book::TimeNs> LevelReplayView::instant(const std::optional<SessionTime>& time) const {
    if (!time) return std::nullopt;
    return *midnight_ + since_midnight(*time, *midnight_);
}

/// Whether the sample that is due lies more than a day before.
bool LevelReplayView::lies_far_behind(std::uint64_t since_ns) const {
    constexpr std::uint64_t day_ns = 86'400'000'000'000;
    const std::uint64_t due_ns = *sampler_->due_ns();
    return due_ns < since_ns && since_ns - due_ns > day_ns;
}

}  // namespace tickweir::gateway
