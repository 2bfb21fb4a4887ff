// What tells a calm market from an opening, a volatile one and a crash.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "replay/simulator/random.hpp"

namespace tickweir::replay {

/// The market that a simulator plays.
enum class Profile : std::uint8_t {
    calm,       ///< an ordinary forenoon at the average rate of the day
    open,       ///< the minutes after the opening: four times the rate, falling
    volatile_,  ///< swings of five percent either way, sweeps, halts
    crash,      ///< a fifth of it calm, then a fall by a fifth, then a rebound of half of that
};

/// "calm", "open", "volatile" or "crash".
constexpr std::string_view to_string(Profile profile) {
    switch (profile) {
        case Profile::calm:
            return "calm";
        case Profile::open:
            return "open";
        case Profile::volatile_:
            return "volatile";
        case Profile::crash:
            return "crash";
    }
    return "?";
}

/// The profile of that name, if there is one.
constexpr std::optional<Profile> profile_named(std::string_view name) {
    for (const Profile profile : {Profile::calm, Profile::open, Profile::volatile_, Profile::crash})
        if (to_string(profile) == name) return profile;
    return std::nullopt;
}

}  // namespace tickweir::replay

namespace tickweir::replay::simulator {

/// How the market behaves at one moment of a session.
struct Mood {
    std::uint32_t rate_percent;      ///< of the calm rate
    std::uint32_t executions_ppm;    ///< of all messages
    std::uint32_t halts_ppm;         ///< of all messages
    std::uint32_t step_ppm;          ///< an arrival moves the price
    std::uint32_t selling_ppm;       ///< an aggressive order sells
    std::uint32_t sweep_ppm;         ///< it takes several levels
    std::uint32_t sweep_executions;  ///< at most so many
    std::uint32_t level_permille;    ///< where prices are drawn to, of those at the opening
    std::uint32_t band_percent;      ///< around that level, where they wander freely
};

/// The mood when `progress_ppm` of a session's messages are out.
constexpr Mood mood_of(Profile profile, std::uint64_t progress_ppm) {
    constexpr Mood calm{100, 20'000, 5, 80'000, 500'000, 20'000, 6, 1'000, 25};
    constexpr Mood open{400, 24'000, 60, 150'000, 500'000, 40'000, 8, 1'000, 25};
    Mood mood = calm;
    switch (profile) {
        case Profile::calm:
            break;
        case Profile::open:
            mood = open;
            break;
        case Profile::volatile_: {
            mood = {600, 32'000, 120, 300'000, 500'000, 100'000, 15, 1'000, 1};
            // Eight swings of five percent either way, each up first.
            constexpr std::uint64_t swing_ppm = 125'000;
            const std::uint64_t phase = progress_ppm % swing_ppm * 200 / swing_ppm;
            const std::uint64_t height = phase < 50    ? 50 + phase
                                         : phase < 150 ? 150 - phase
                                                       : phase - 150;
            mood.level_permille = static_cast<std::uint32_t>(950 + height);
            mood.selling_ppm = phase >= 50 && phase < 150 ? 650'000 : 350'000;
            break;
        }
        case Profile::crash: {
            constexpr std::uint64_t start_ppm = 200'000;
            constexpr std::uint64_t end_ppm = 700'000;
            if (progress_ppm < start_ppm) break;
            const bool falling = progress_ppm < end_ppm;
            const std::uint64_t fallen =
                falling ? 190 * (progress_ppm - start_ppm) / (end_ppm - start_ppm)
                        : 190 - 90 * (progress_ppm - end_ppm) / (1'000'000 - end_ppm);
            mood = {1'000,
                    45'000,
                    200,
                    300'000,
                    falling ? 700'000U : 400'000U,
                    200'000,
                    25,
                    static_cast<std::uint32_t>(1'000 - fallen),
                    1};
            break;
        }
    }
    return mood;
}

}  // namespace tickweir::replay::simulator
