// The progress line of long work: rate, share done, time left, rewritten in place on stderr while
// it is a terminal. Machine output never mixes with it; what it says is pure and takes the time
// passed in.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tickweir::gateway {

/// How far the work is.
struct ProgressState {
    std::uint64_t items = 0;             ///< done so far; the rate counts them
    std::uint64_t position = 0;          ///< of `whole`, in its unit (bytes of a file, or items)
    std::optional<std::uint64_t> whole;  ///< none where the end is not known
};

/// Decides when a line is due and what it says. Owns no clock and writes nothing.
class ProgressText {
public:
    using Clock = std::chrono::steady_clock;

    /// At most five lines a second, the first one this long after the start.
    static constexpr std::chrono::milliseconds interval{200};

    /// `unit` names the items, in the plural; it must outlive this.
    ProgressText(std::string_view unit, Clock::time_point start);

    /// The line, without control characters, if one is due at `now`.
    std::optional<std::string> at(Clock::time_point now, const ProgressState& state);

    /// The line as it stands: "12,345,678 messages  11.5 M/s  43 %  7 s left". The rate is the
    /// average since the start; share and time left are there only where the end is known.
    std::string line(Clock::time_point now, const ProgressState& state) const;

private:
    std::string_view unit_;
    Clock::time_point start_;
    Clock::time_point due_;
};

/// A progress line on stderr, or nothing at all where stderr is no terminal. Owned by one thread.
class Progress {
public:
    explicit Progress(std::string_view unit);
    /// Takes the line away, so that what is printed next starts on a clean one.
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Whether anything is shown; reading positions only for `update` is wasted where not.
    bool shown() const { return shown_; }

    /// Cheap enough for every block of a capture: a look at the clock, at most.
    void update(const ProgressState& state) {
        if (shown_) [[unlikely]]
            rewrite(state);
    }

    /// Takes the line away; it comes back with the next update that is due.
    void clear();

private:
    void rewrite(const ProgressState& state);

    bool shown_;
    bool on_screen_ = false;
    ProgressText text_;
};

}  // namespace tickweir::gateway
