// Writes pcap files of UDP datagrams over IPv4 and Ethernet, with nanosecond times and correct
// lengths and checksums. Plain, `.gz` or `.zst` by the name.
#pragma once

#include <cstdint>
#include <filesystem>

#include "book/types.hpp"
#include "codecs/bytes.hpp"
#include "replay/byte_sink.hpp"

namespace tickweir::replay {

/// Where a datagram comes from and goes to; addresses with the first octet in the high byte. The
/// defaults are a private host and an administratively scoped group (RFC 2365).
struct UdpRoute {
    std::uint32_t source_address = 0x0a000001;       ///< 10.0.0.1
    std::uint32_t destination_address = 0xefff0001;  ///< 239.255.0.1
    std::uint16_t source_port = 26477;
    std::uint16_t destination_port = 26477;
    std::uint8_t ttl = 16;
};

/// Errors are kept and told by `finish`; see ByteSink.
class PcapWriter {
public:
    /// The largest UDP payload that fits an IPv4 datagram.
    static constexpr std::size_t payload_bytes_max = 65'507;

    static Result<PcapWriter> create(const std::filesystem::path& path, SinkOptions options = {});

    /// Writes one packet received at `time`. A larger payload, or a time that 32 bits of seconds
    /// since 1970 do not hold, is an error.
    void write(book::TimeNs time, codecs::Bytes payload, const UdpRoute& route = {});

    /// As of ByteSink.
    void flush() { sink_.flush(); }
    void discard() { sink_.discard(); }
    std::uint64_t position() const { return sink_.position(); }
    bool ok() const { return sink_.ok(); }
    [[nodiscard]] Result<void> finish() { return sink_.finish(); }

private:
    explicit PcapWriter(ByteSink sink) : sink_{std::move(sink)} {}

    ByteSink sink_;
    std::uint16_t identification_ = 0;
};

}  // namespace tickweir::replay
