#include "gateway/shield/load_mode.hpp"

#include <algorithm>

namespace tickweir::gateway::shield {
namespace {

/// Which signal demands or keeps a level, the first of them; nothing: none.
using Demand = std::optional<LoadCause>;

LoadMode level(std::size_t number) {
    return static_cast<LoadMode>(number);
}

/// The marks of level `number` (1 to 4) in a list that begins with level `first`.
template <class T, std::size_t n>
const Marks<T>* marks_at(const std::array<Marks<T>, n>& list, std::size_t first,
                         std::size_t number) {
    return number >= first && number - first < n ? &list[number - first] : nullptr;
}

Demand demand(const LoadLimits& limits, const LoadSample& sample, std::size_t number) {
    if (const auto* marks = marks_at(limits.delay_targets, 1, number);
        marks != nullptr && sample.queue_delay > limits.target * marks->enter)
        return LoadCause::queue_delay;
    if (const auto* marks = marks_at(limits.input_targets, 1, number);
        marks != nullptr && sample.input_delay > limits.target * marks->enter)
        return LoadCause::input_delay;
    if (const auto* marks = marks_at(limits.memory_percent, 1, number);
        marks != nullptr && sample.memory_percent > marks->enter)
        return LoadCause::memory;
    if (const auto* marks = marks_at(limits.log_lag, 1, number);
        marks != nullptr && sample.log_lag > marks->enter)
        return LoadCause::log_lag;
    if (const auto* marks = marks_at(limits.disk_free_percent, 3, number);
        marks != nullptr && sample.disk_free_percent < marks->enter)
        return LoadCause::disk;
    return std::nullopt;
}

/// The same for a level that is there already.
Demand kept_by(const LoadLimits& limits, const LoadSample& sample, std::size_t number) {
    if (const Demand why = demand(limits, sample, number)) return why;
    if (const auto* marks = marks_at(limits.delay_targets, 1, number);
        marks != nullptr && sample.queue_delay >= limits.target * marks->leave)
        return LoadCause::queue_delay;
    if (const auto* marks = marks_at(limits.input_targets, 1, number);
        marks != nullptr && sample.input_delay >= limits.target * marks->leave)
        return LoadCause::input_delay;
    if (const auto* marks = marks_at(limits.memory_percent, 1, number);
        marks != nullptr && sample.memory_percent >= marks->leave)
        return LoadCause::memory;
    if (const auto* marks = marks_at(limits.log_lag, 1, number);
        marks != nullptr && sample.log_lag >= marks->leave)
        return LoadCause::log_lag;
    if (const auto* marks = marks_at(limits.disk_free_percent, 3, number);
        marks != nullptr && sample.disk_free_percent <= marks->leave)
        return LoadCause::disk;
    return std::nullopt;
}

}  // namespace

std::optional<LoadChange> LoadModes::close_interval(const LoadSample& sample, book::TimeNs now) {
    if (sample.log_failed) stopped_ = true;
    if (stopped_) return settle(LoadCause::log_failed, now);
    measure(sample, now);
    return settle(cause_, now);
}

std::optional<LoadChange> LoadModes::set_bounds(LoadMode floor, LoadMode ceiling,
                                                book::TimeNs now) {
    floor_ = std::min(floor, LoadMode::cancel_only);
    ceiling_ = std::clamp(ceiling, floor_, LoadMode::cancel_only);
    return settle(stopped_ ? LoadCause::log_failed : LoadCause::operator_, now);
}

LoadCause LoadModes::cause() const {
    if (stopped_) return LoadCause::log_failed;
    return mode_ > measured_ ? LoadCause::operator_ : cause_;
}

ShedCause LoadModes::shed_cause() const {
    switch (cause()) {
        case LoadCause::log_failed:
            return ShedCause::stopped;
        case LoadCause::disk:
            return ShedCause::disk_full;
        case LoadCause::log_lag:
            return ShedCause::log_behind;
        case LoadCause::queue_delay:
        case LoadCause::input_delay:
        case LoadCause::memory:
        case LoadCause::operator_:
        case LoadCause::calm:
            return ShedCause::mode;
    }
    return ShedCause::mode;
}

void LoadModes::measure(const LoadSample& sample, book::TimeNs now) {
    std::size_t highest = 0;
    Demand why;
    for (std::size_t number = 1; number <= level_count; ++number) {
        const Demand demanded = demand(limits_, sample, number);
        std::uint32_t& row = demanded_[number - 1];
        row = demanded ? std::min(row + 1, limits_.enter_intervals) : 0;
        if (!demanded || row < limits_.enter_intervals) continue;
        highest = number;
        why = demanded;
    }
    if (level(highest) > measured_) {
        raise(level(highest), *why, now);
        return;
    }
    if (measured_ == LoadMode::normal) return;
    const auto present = static_cast<std::size_t>(measured_);
    if (const Demand kept = kept_by(limits_, sample, present)) {
        cause_ = *kept;
        calm_ = 0;
        return;
    }
    if (++calm_ < limits_.leave_intervals * flap_factor_) return;
    calm_ = 0;
    measured_ = level(present - 1);
    cause_ = LoadCause::calm;
    lowered_at_ = now;
}

void LoadModes::raise(LoadMode to, LoadCause cause, book::TimeNs now) {
    const bool flaps = lowered_at_ && now - *lowered_at_ < limits_.flap_window;
    flap_factor_ = flaps ? std::min(flap_factor_ * 2, std::max(limits_.flap_factor_max, 1U)) : 1;
    counts_.flaps += flaps ? 1 : 0;
    measured_ = to;
    cause_ = cause;
    calm_ = 0;
}

/// Puts the mode where the signals and the operator want it.
std::optional<LoadChange> LoadModes::settle(LoadCause cause, book::TimeNs now) {
    const LoadMode to = stopped_ ? LoadMode::stopped : std::clamp(measured_, floor_, ceiling_);
    if (to == mode_) return std::nullopt;
    const LoadChange change{mode_, to, cause, now};
    mode_ = to;
    ++counts_.entered[static_cast<std::size_t>(to)];
    return change;
}

}  // namespace tickweir::gateway::shield
