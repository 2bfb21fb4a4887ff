// Datagrams from anywhere: a view never leaves its datagram, and what it takes for whole is
// what the writer makes of the same messages.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "book/ensure.hpp"
#include "codecs/mold/packet.hpp"

namespace tickweir::codecs::mold {
namespace {

using book::ensure;
using Buffer = std::vector<std::byte>;

void check_blocks(const PacketView& packet, PacketWriter& writer) {
    std::size_t length = 0;
    std::size_t count = 0;
    for (const Bytes message : packet.messages()) {
        const Buffer copy{message.begin(), message.end()};
        ensure(writer.append(copy));
        length += sizeof(be16) + copy.size();
        ++count;
    }
    ensure(length == packet.blocks().size() && count == packet.message_count());
}

void check_packet(Bytes datagram) {
    const PacketView packet{datagram};
    if (packet.status() == PacketStatus::truncated_header) {
        ensure(packet.damage_offset() == 0 && packet.blocks().empty());
        return;
    }
    Buffer out(datagram.size());
    PacketWriter writer{out, packet.session(), packet.sequence()};
    check_blocks(packet, writer);
    const Bytes again = packet.is_end_of_session() ? writer.finish_session() : writer.finish();
    if (packet.status() == PacketStatus::ok) {
        ensure(!packet.damage_offset().has_value());
        ensure(std::ranges::equal(again, datagram));
        return;
    }
    ensure(packet.damage_offset() == sizeof(Header) + packet.blocks().size());
    ensure(std::ranges::equal(again.subspan(sizeof(Header)), packet.blocks()));
}

void check_request(Bytes datagram) {
    const auto request = read_request(datagram);
    ensure(request.has_value() == (datagram.size() == sizeof(Request)));
    if (request) ensure(std::ranges::equal(as_bytes(*request), datagram));
}

}  // namespace
}  // namespace tickweir::codecs::mold

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
    using namespace tickweir::codecs;
    const Bytes datagram = std::as_bytes(std::span{data, length});
    mold::check_packet(datagram);
    mold::check_request(datagram);
    return 0;
}
