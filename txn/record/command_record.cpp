#include "txn/record/command_record.hpp"

#include <array>

#include "txn/log/serial_point.hpp"
#include "txn/record/command_codec.hpp"
#include "txn/record/effect_codec.hpp"

namespace tickweir::txn {
namespace {

using namespace record;

// What a record may take, of what a Venue says. A fill or an end of another order: that one's view
// with all of its numbers, and of the command's own order its fee and flags. The price of a fill is
// the other order's.
constexpr std::size_t own_fill_bytes_max = marks_bytes + flags_bytes + wide_bytes_max;
constexpr std::size_t other_fill_bytes_max =
    marks_bytes + order_bytes_max + number_bytes_max + wide_bytes_max;
constexpr std::size_t other_end_bytes_max = marks_bytes + order_bytes_max + text_bytes_max + 1;
static_assert(own_fill_bytes_max + other_fill_bytes_max <= log::record_effect_bytes);
static_assert(other_end_bytes_max <= log::record_effect_bytes);

// Besides them: at most two events that show an order whole (both sides of a trade taken back, a
// trigger and a first fill), the end of the own order, and what became of the instrument.
constexpr std::size_t count_bytes_max = 3;
constexpr std::size_t shown_bytes_max = marks_bytes + order_bytes_max + fill_bytes_max +
                                        2 * text_bytes_max + 2 * number_bytes_max + id_bytes_max;
constexpr std::size_t own_end_bytes_max = marks_bytes + flags_bytes + 1 + wide_bytes_max;
constexpr std::size_t state_bytes_max = marks_bytes + id_bytes_max + 1;
static_assert(1 + command_bytes_max + count_bytes_max + 2 * shown_bytes_max + own_end_bytes_max +
                  state_bytes_max <=
              log::record_base_bytes);

/// Ends of pauses that take no more room than an effect.
constexpr std::size_t states_an_effect = log::record_effect_bytes / state_bytes_max;

/// Gives out room for what is at most so long, with the writer's slack: in place, or beside it
/// where the end is near.
class Room {
public:
    explicit Room(std::span<std::byte> into) : begin_{into.data()}, rest_{into} {}

    /// Runs `write` with a writer. False if what it wrote does not fit.
    template <std::size_t bytes_max, class Write>
    bool put(Write&& write) {
        constexpr std::size_t touched = bytes_max + RecordWriter::slack_bytes;
        if (rest_.size() >= touched) [[likely]] {
            RecordWriter to{rest_.data()};
            write(to);
            rest_ = rest_.subspan(static_cast<std::size_t>(to.at() - rest_.data()));
            return true;
        }
        std::array<std::byte, touched> beside;
        RecordWriter to{beside.data()};
        write(to);
        const auto bytes = static_cast<std::size_t>(to.at() - beside.data());
        if (bytes > rest_.size()) return false;
        std::memcpy(rest_.data(), beside.data(), bytes);
        rest_ = rest_.subspan(bytes);
        return true;
    }
    std::size_t used() const { return static_cast<std::size_t>(rest_.data() - begin_); }

private:
    const std::byte* begin_;
    std::span<std::byte> rest_;
};

bool put_effects(Room& room, const Command& command, const Outcome& outcome) {
    if (!room.put<number_bytes_max>([&](RecordWriter& to) { to.number(outcome.events.size()); }))
        return false;
    EffectContext context{command};
    for (const Event& event : outcome.events) {
        const auto write = [&](RecordWriter& to) { write_event(to, context, event); };
        if (!room.put<event_bytes_max>(write)) return false;
    }
    return true;
}

/// Passes the events to visit(const Event&), one after the other.
template <class Visit>
void read_effects(RecordReader& from, const Command& command, Visit&& visit) {
    const std::size_t at = from.at();
    const std::uint64_t count = from.number("count of events");
    if (count > from.rest().size()) return from.refuse(at, "count of events", count);
    EffectContext context{command};
    Event event;
    for (std::uint64_t i = 0; i < count; ++i) {
        read_event(from, context, event);
        if (!from.ok()) return;
        visit(event);
    }
    if (!from.at_end()) from.refuse(from.at(), "bytes behind the last event", from.rest().size());
}

/// The version and the command.
void read_head(RecordReader& from, Bytes payload, DecodedCommand& out) {
    if (payload.size() > log::payload_bytes_max)
        return from.refuse(0, "payload bytes", payload.size());
    if (const std::uint64_t version = from.byte("version"); version != command_record_version)
        return from.refuse(0, "version", version);
    read_command(from, out.command);
    out.effects = from.rest();
}

}  // namespace

std::size_t encode_record(std::span<std::byte> into, const Command& command,
                          const Outcome& outcome) noexcept {
    Room room{into};
    const auto head = [&](RecordWriter& to) {
        to.byte(command_record_version);
        write_command(to, command);
    };
    const bool fits = room.put<1 + command_bytes_max>(head) && put_effects(room, command, outcome);
    return fits ? room.used() : 0;
}

std::size_t effects_to_reserve(const Outcome& outcome) noexcept {
    std::size_t effects = 0;
    std::size_t states = 0;
    for (const Event& event : outcome.events) {
        const bool is_effect =
            event.kind == EventKind::filled ? event.fill.is_maker : is_end(event.kind);
        effects += is_effect ? 1 : 0;
        states += event.kind == EventKind::state ? 1 : 0;
    }
    return effects + (states + states_an_effect - 1) / states_an_effect;
}

std::size_t encode_effects(std::span<std::byte> into, const Command& command,
                           const Outcome& outcome) noexcept {
    Room room{into};
    return put_effects(room, command, outcome) ? room.used() : 0;
}

std::string decode_command(Bytes payload, DecodedCommand& out) {
    RecordReader from{payload};
    read_head(from, payload, out);
    return from.fault_text();
}

std::string decode_record(Bytes payload, DecodedCommand& out) {
    RecordReader from{payload};
    read_head(from, payload, out);
    if (from.ok()) read_effects(from, out.command, [](const Event&) {});
    return from.fault_text();
}

std::string decode_effects(const Command& command, Bytes effects, std::vector<Event>& events) {
    RecordReader from{effects};
    if (effects.size() > log::payload_bytes_max)
        from.refuse(0, "bytes of effects", effects.size());
    else
        read_effects(from, command, [&](const Event& event) { events.push_back(event); });
    return from.fault_text();
}

}  // namespace tickweir::txn
