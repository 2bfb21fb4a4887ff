// The packets of a pcap or pcapng file as they were recorded, with their times and places. libpcap
// reads the container; it sees decompressed bytes only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "book/types.hpp"
#include "codecs/bytes.hpp"
#include "replay/block.hpp"
#include "replay/byte_source.hpp"
#include "replay/link.hpp"

namespace tickweir::replay {

struct PcapRecord {
    codecs::Bytes bytes;                   ///< what was recorded; good until the next call
    std::uint64_t offset = 0;              ///< of the record in the decompressed file
    std::optional<book::TimeNs> received;  ///< none where 64 bits of nanoseconds do not hold it
};

/// Reads files of the link types Ethernet, raw IP, Linux cooked v1 and v2, BSD loopback. One owner
/// thread.
class PcapRecords {
public:
    /// The error says what libpcap found, without the file's name.
    static Result<PcapRecords> open(ByteSource source);

    PcapRecords(PcapRecords&&) noexcept;
    PcapRecords& operator=(PcapRecords&&) noexcept;
    ~PcapRecords();

    /// Gives the next record (`block`), or why there is none; then the answer stays.
    [[nodiscard]] CaptureStatus next(PcapRecord& record);

    Link link() const;
    /// Why the status was `truncated`, `damaged` or `failed`; empty before.
    const Damage& damage() const;
    const ByteSource& source() const;

private:
    struct State;
    explicit PcapRecords(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace tickweir::replay
