#include "gateway/commands/inspect_counter.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <type_traits>

#include "codecs/itch/decoder.hpp"
#include "codecs/itch/framing.hpp"
#include "codecs/itch/messages.hpp"

namespace tickweir::gateway {

namespace itch = codecs::itch;

/// What is noted of each type of message. The types that may name a locate are those of a replay.
struct InspectCounter::Visitor {
    InspectCounter& self;

    template <class Message>
    void operator()(const Message& m) const {
        self.note_time(m.timestamp_ns);
        if constexpr (std::is_same_v<Message, itch::StockDirectory>) {
            self.announce(m.stock_locate, name(m));
        } else if constexpr (std::is_same_v<Message, itch::AddOrder> ||
                             std::is_same_v<Message, itch::AddOrderWithMpid> ||
                             std::is_same_v<Message, itch::Trade> ||
                             std::is_same_v<Message, itch::CrossTrade>) {
            self.learn(m.stock_locate, name(m));
        }
        // Locate 0 stands for the market as a whole.
        if (m.stock_locate != 0) self.note_locate(m.stock_locate);
    }

    template <class Message>
    static std::array<char, 8> name(const Message& m) {
        std::array<char, 8> name;
        static_assert(sizeof m.stock == sizeof name);
        std::memcpy(name.data(), &m.stock, sizeof name);
        return name;
    }
};

InspectCounter::InspectCounter() {
    report_.sessions.reserve(InspectReport::sessions_max);
}

std::size_t InspectCounter::on_block(const replay::Block& block) {
    const bool is_packet = block.received.has_value();
    if (is_packet || report_.sessions.empty()) enter_session(block.session);
    note_packet(block);
    // A packet holds whole frames, whatever may follow it.
    itch::FrameCursor cursor{
        block.frames, is_packet || block.complete ? itch::Input::complete : itch::Input::growing};
    codecs::Bytes message;
    for (;;) {
        const std::size_t at = cursor.position();
        const std::uint64_t offset = is_packet ? block.offset : block.offset + at;
        const itch::FrameStatus status = cursor.next(message);
        if (status == itch::FrameStatus::message) [[likely]] {
            // Where nothing names sessions, the start of messages begins the next day's.
            if (!is_packet && session().messages != 0 &&
                message.size() == sizeof(itch::SystemEvent) && message[0] == std::byte{'S'} &&
                message.back() == std::byte{'O'})
                enter_session(session().number + 1);
            count(message, offset);
        } else if (status == itch::FrameStatus::end_marker) {
            ++report_.end_markers;
        } else {
            if (status == itch::FrameStatus::zero_length_damage)
                report_.damage = replay::Damage{
                    "itch: a frame has length 0, and messages follow it", offset, offset};
            return at;
        }
    }
}

void InspectCounter::enter_session(std::uint32_t number) {
    auto& sessions = report_.sessions;
    if (!sessions.empty() && session().number == number) [[likely]]
        return;
    const auto known = std::ranges::find(sessions, number, &InspectSession::number);
    current_ = static_cast<std::size_t>(known - sessions.begin());
    if (known != sessions.end()) return;
    if (sessions.size() == InspectReport::sessions_max) {
        current_ = sessions.size() - 1;
        return;
    }
    constexpr std::size_t locates = 65'536;
    directories_.push_back(std::make_unique<std::uint32_t[]>(locates));
    sessions.emplace_back().number = number;
}

void InspectCounter::note_packet(const replay::Block& block) {
    if (!block.received) return;
    InspectSession& now = session();
    if (!now.first_received) now.first_received = block.received;
    now.last_received = block.received;
    if (block.lost_before == 0 || report_.gaps.size() == InspectReport::gaps_max) return;
    const std::uint64_t next = block.sequence.value_or(0);
    report_.gaps.push_back(
        {block.session, block.offset, next - block.lost_before, block.lost_before});
}

void InspectCounter::count(codecs::Bytes message, std::uint64_t offset) {
    ++messages_;
    InspectSession& now = session();
    ++now.messages;
    now.bytes += message.size();
    const auto type = message.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(message[0]);
    ++now.by_type[type];
    const itch::DecodeStatus status = itch::decode(message, Visitor{*this});
    if (status == itch::DecodeStatus::ok) [[likely]]
        return;
    ++(status == itch::DecodeStatus::unknown_type ? report_.unknown_types : report_.bad_lengths);
    if (report_.oddities.size() == InspectReport::oddities_max) return;
    report_.oddities.push_back({offset, type, static_cast<std::uint16_t>(message.size())});
}

void InspectCounter::note_time(std::uint64_t time_ns) {
    InspectSession& now = session();
    if (!now.first_ns) [[unlikely]]
        now.first_ns = time_ns;
    else if (time_ns < *now.last_ns)
        ++now.steps_back;
    now.last_ns = time_ns;
}

void InspectCounter::note_locate(std::uint16_t locate) {
    const std::uint32_t found = directories_[current_][locate];
    if (found == 0) [[unlikely]] {
        ++report_.unknown_locates;
        return;
    }
    ++report_.instruments[found - 1].messages;
}

void InspectCounter::announce(std::uint16_t locate, const std::array<char, 8>& name) {
    std::uint32_t& found = directories_[current_][locate];
    if (found != 0 && report_.instruments[found - 1].name == name) return;
    if (report_.instruments.size() == InspectReport::instruments_max) {
        ++report_.unlisted_instruments;
        found = 0;
        return;
    }
    report_.instruments.push_back({session().number, locate, name, 0});
    found = static_cast<std::uint32_t>(report_.instruments.size());
}

void InspectCounter::learn(std::uint16_t locate, const std::array<char, 8>& name) {
    if (directories_[current_][locate] == 0) [[unlikely]]
        announce(locate, name);
}

}  // namespace tickweir::gateway
