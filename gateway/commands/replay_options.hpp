// What `tickweir replay` was asked for.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "gateway/commands/session_time.hpp"
#include "replay/capture.hpp"

namespace tickweir::gateway {

struct ReplayOptions {
    static constexpr std::size_t depth_max = 100'000;
    static constexpr unsigned threads_max = 64;
    static constexpr unsigned automatic_threads_max = 8;

    /// Sampled books: one row an instrument at every multiple of `every` since midnight.
    struct TopEvery {
        std::chrono::nanoseconds every{0};  ///< above 0
        std::filesystem::path file;
    };

    std::vector<std::filesystem::path> captures;  ///< at least one, played one after another
    std::optional<replay::CaptureFormat> format;  ///< none: told by content
    std::string venue = "nasdaq";
    std::optional<std::chrono::year_month_day> date;
    std::string timezone = "America/New_York";

    std::optional<std::uint64_t> max_messages;
    std::optional<SessionTime> until;  ///< nothing later is read
    std::optional<SessionTime> at;     ///< when the books are shown
    bool strict = false;               ///< needs one thread

    bool json = false;
    std::vector<std::string> symbols;  ///< shown; empty: all
    std::size_t depth = 10;            ///< levels a side, 1 to `depth_max`
    bool digest = false;
    std::optional<std::filesystem::path> events;  ///< needs one thread
    std::optional<TopEvery> top_every;            ///< needs one thread

    std::optional<unsigned> threads;  ///< 1 to `threads_max`; none: as many as pay
    bool include_io = false;

    /// Whether something follows the order of all messages, which only one thread sees.
    bool in_order() const { return strict || events || top_every; }
};

}  // namespace tickweir::gateway
