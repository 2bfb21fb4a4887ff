#include "replay/pcap_writer.hpp"

#include <array>
#include <chrono>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

namespace tickweir::replay {

namespace {

using codecs::Bytes;

constexpr std::size_t ethernet_bytes = 14;
constexpr std::size_t ipv4_bytes = 20;
constexpr std::size_t udp_bytes = 8;
constexpr std::size_t headers_bytes = ethernet_bytes + ipv4_bytes + udp_bytes;
constexpr std::uint8_t protocol_udp = 17;

/// Fills a fixed area front to back.
class Cursor {
public:
    explicit Cursor(std::span<std::byte> area) : area_{area} {}

    template <std::unsigned_integral T>
    Cursor& big(T value) {
        for (std::size_t i = sizeof(T); i-- > 0;)
            put(static_cast<unsigned>(value >> (8 * i)));
        return *this;
    }

    template <std::unsigned_integral T>
    Cursor& little(T value) {
        for (std::size_t i = 0; i < sizeof(T); ++i)
            put(static_cast<unsigned>(value >> (8 * i)));
        return *this;
    }

private:
    void put(unsigned byte) { area_[done_++] = static_cast<std::byte>(byte & 0xff); }

    std::span<std::byte> area_;
    std::size_t done_ = 0;
};

/// The internet checksum (RFC 1071), begun with the sum of what is checked besides `bytes`.
std::uint16_t checksum(std::uint64_t sum, Bytes bytes) {
    // §2(B): summed as the machine reads them, 16-bit words give the sum with its octets swapped.
    std::uint64_t swapped = 0;
    std::size_t at = 0;
    for (; at + sizeof(std::uint32_t) <= bytes.size(); at += sizeof(std::uint32_t)) {
        std::uint32_t words = 0;
        std::memcpy(&words, bytes.data() + at, sizeof words);
        swapped += words;
    }
    while (swapped > 0xffff)
        swapped = (swapped & 0xffff) + (swapped >> 16);
    sum += __builtin_bswap16(static_cast<std::uint16_t>(swapped));
    for (; at < bytes.size(); ++at)
        sum += std::to_integer<std::uint64_t>(bytes[at]) << (at % 2 == 0 ? 8 : 0);
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

constexpr std::uint64_t halves(std::uint32_t address) {
    return (address >> 16) + (address & 0xffff);
}

using Headers = std::array<std::byte, headers_bytes>;

void put_ethernet(Headers& headers, const UdpRoute& route) {
    Cursor cursor{headers};
    const bool multicast = route.destination_address >> 28 == 0xe;
    // RFC 1112 §6.4 for groups; hosts get a locally administered address made of theirs.
    if (multicast)
        cursor.big(std::uint16_t{0x0100}).big(0x5e000000U | (route.destination_address & 0x7fffff));
    else
        cursor.big(std::uint16_t{0x0200}).big(route.destination_address);
    cursor.big(std::uint16_t{0x0200}).big(route.source_address).big(std::uint16_t{0x0800});
}

void put_ipv4(Headers& headers, const UdpRoute& route, std::uint16_t id, std::size_t payload) {
    const auto area = std::span{headers}.subspan(ethernet_bytes, ipv4_bytes);
    const auto put = [&](std::uint16_t sum) {
        Cursor{area}
            .big(std::uint16_t{0x4500})
            .big(static_cast<std::uint16_t>(ipv4_bytes + udp_bytes + payload))
            .big(id)
            .big(std::uint16_t{0x4000})  // not to be fragmented
            .big(route.ttl)
            .big(protocol_udp)
            .big(sum)
            .big(route.source_address)
            .big(route.destination_address);
    };
    put(0);
    put(checksum(0, area));
}

void put_udp(Headers& headers, const UdpRoute& route, Bytes payload) {
    const auto length = static_cast<std::uint16_t>(udp_bytes + payload.size());
    // RFC 768: the pseudo header counts, and a sum of 0 is sent as ones.
    const std::uint64_t others = halves(route.source_address) + halves(route.destination_address) +
                                 protocol_udp + length + route.source_port +
                                 route.destination_port + length;
    const std::uint16_t sum = checksum(others, payload);
    Cursor{std::span{headers}.last(udp_bytes)}
        .big(route.source_port)
        .big(route.destination_port)
        .big(length)
        .big(sum != 0 ? sum : std::uint16_t{0xffff});
}

}  // namespace

Result<PcapWriter> PcapWriter::create(const std::filesystem::path& path, SinkOptions options) {
    auto sink = ByteSink::create(path, options);
    if (!sink) return sink.error();
    std::array<std::byte, 24> header{};
    Cursor{header}
        .little(std::uint32_t{0xa1b23c4d})  // times in nanoseconds
        .little(std::uint16_t{2})
        .little(std::uint16_t{4})
        .little(std::uint64_t{0})
        .little(std::uint32_t{262'144})  // no packet is longer
        .little(std::uint32_t{1});       // Ethernet
    sink->write(header);
    return PcapWriter{std::move(*sink)};
}

void PcapWriter::write(book::TimeNs time, Bytes payload, const UdpRoute& route) {
    if (payload.size() > payload_bytes_max)
        return sink_.fail("UDP payload of " + std::to_string(payload.size()) + " bytes");
    const auto since = time.time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    if (seconds.count() < 0 || seconds.count() > std::numeric_limits<std::uint32_t>::max())
        return sink_.fail("time " + std::to_string(since.count()) + " ns does not fit a pcap file");
    std::array<std::byte, 16> record{};
    const auto length = static_cast<std::uint32_t>(headers_bytes + payload.size());
    Cursor{record}
        .little(static_cast<std::uint32_t>(seconds.count()))
        .little(static_cast<std::uint32_t>((since - seconds).count()))
        .little(length)
        .little(length);
    Headers headers;
    put_ethernet(headers, route);
    put_ipv4(headers, route, identification_++, payload.size());
    put_udp(headers, route, payload);
    sink_.write(record);
    sink_.write(headers);
    sink_.write(payload);
}

}  // namespace tickweir::replay
