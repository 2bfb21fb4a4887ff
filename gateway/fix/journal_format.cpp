#include "gateway/fix/journal_format.hpp"

#include <cstring>

#include "txn/io/crc32c.hpp"

namespace tickweir::gateway::fix {
namespace {

constexpr std::array<char, 8> segment_magic{'T', 'W', 'F', 'I', 'X', 'M', 'S', 'G'};
constexpr std::uint32_t segment_version = 1;
constexpr std::uint32_t record_mark = 0xF1C5'A7E1;  // not to be found in text

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span{text});
}

template <class Head>
std::span<const std::byte> before_check(const Head& head) {
    return std::as_bytes(std::span{&head, 1}).first(offsetof(Head, check));
}

std::uint32_t check_of(const RecordHead& head, std::string_view wire, std::uint32_t seed) {
    return txn::io::crc32c(bytes_of(wire), txn::io::crc32c(before_check(head), seed));
}

}  // namespace

SegmentHead segment_head(std::uint64_t generation, book::TimeNs created, std::uint32_t segment) {
    SegmentHead head{segment_magic,
                     segment_version,
                     segment,
                     generation,
                     created.time_since_epoch().count(),
                     0,
                     0};
    head.check = txn::io::crc32c(before_check(head));
    return head;
}

std::size_t put_record(std::byte* into, std::uint32_t seed, std::uint64_t number,
                       std::uint32_t next_inbound, std::string_view wire) {
    RecordHead head{record_mark, static_cast<std::uint32_t>(wire.size()), number, next_inbound, 0};
    head.check = check_of(head, wire, seed);
    std::memcpy(into, &head, sizeof head);
    std::memcpy(into + sizeof head, wire.data(), wire.size());
    return sizeof head + wire.size();
}

RecordLook look_at_record(std::span<const std::byte> bytes, std::uint32_t seed) {
    using Kind = RecordLook::Kind;
    if (bytes.size() < sizeof(RecordHead)) return {Kind::more, sizeof(RecordHead)};
    RecordHead head;
    std::memcpy(&head, bytes.data(), sizeof head);
    if (head.mark != record_mark || head.length > journal_message_bytes_max || head.number == 0)
        return {};
    const std::size_t whole = sizeof head + head.length;
    if (bytes.size() < whole) return {Kind::more, whole};
    const std::string_view wire{reinterpret_cast<const char*>(bytes.data()) + sizeof head,
                                head.length};
    if (head.check != check_of(head, wire, seed)) return {};
    return {Kind::whole, whole, head.number, head.next_inbound, wire};
}

bool has_record_mark(std::span<const std::byte> bytes) {
    return bytes.size() >= sizeof record_mark &&
           std::memcmp(bytes.data(), &record_mark, sizeof record_mark) == 0;
}

}  // namespace tickweir::gateway::fix
