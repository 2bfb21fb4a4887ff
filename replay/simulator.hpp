// A market made from a seed: a whole session of ITCH 5.0, from the first system event to the last,
// shaped like a real day. Gives bytes; opens no file and reads no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "codecs/bytes.hpp"
#include "replay/byte_source.hpp"
#include "replay/simulator/profile.hpp"

namespace tickweir::replay {

/// What to simulate. The same options give the same bytes on every machine.
struct SimulatorOptions {
    std::uint64_t seed = 1;
    std::uint32_t instruments = 100;     ///< 1 to 65,535: their stock locates
    std::uint64_t messages = 1'000'000;  ///< exactly so many are made
    Profile profile = Profile::calm;
    /// Orders that stay open for long, in all books together; 110 an instrument if not given. Some
    /// seconds' worth of orders with short lives comes on top. At most `live_orders_max`.
    std::optional<std::uint64_t> live_orders;

    static constexpr std::uint64_t live_orders_max = 50'000'000;
};

/// Plays a session that is shortened but has no gaps, so that it can be replayed at its own speed:
/// directory at 9:29:30, orders before the opening from 9:29:35, opening crosses at 9:30, then
/// continuous trading at about the rate of the real day, two messages a second and instrument, for
/// as long as messages last; the closing crosses follow at once. Orders are numbered upwards
/// from 1. Executions hit the head of the best level; books never cross. Memory follows open
/// orders. Owned by one thread.
class Simulator {
public:
    /// The error names the option and the value.
    static Result<Simulator> create(const SimulatorOptions& options);

    /// The messages that the shortest session takes: per instrument its directory entry, its
    /// trading state, its short sale state and two crosses; and the events of the day.
    static constexpr std::uint64_t messages_min(std::uint32_t instruments) {
        return std::uint64_t{5} * instruments + 7;
    }
    /// A buffer of so many bytes always takes the next frame.
    static constexpr std::size_t frame_bytes_max = 52;

    Simulator(Simulator&&) noexcept;
    Simulator& operator=(Simulator&&) noexcept;
    ~Simulator();

    /// Writes messages, each with its length in two bytes before it, until `out` is full or the day
    /// over; gives the bytes written. With room for a frame, 0 says that the day is over.
    std::size_t fill(std::span<std::byte> out);

    /// The next message without its length, until the next call; empty when the day is over.
    codecs::Bytes next();

    /// Open orders after the messages made so far, of which some may not have been handed out yet.
    std::uint64_t open_orders() const;

private:
    class Session;
    explicit Simulator(std::unique_ptr<Session> session);

    std::unique_ptr<Session> session_;
};

}  // namespace tickweir::replay
