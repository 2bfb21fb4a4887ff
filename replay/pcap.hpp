// A pcap or pcapng file of MoldUDP64 packets as blocks of messages in sequence. IP datagrams are
// not reassembled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "replay/block.hpp"
#include "replay/byte_source.hpp"
#include "replay/mold_tracker.hpp"

namespace tickweir::replay {

/// Reads what PcapRecords gives.
class PcapFile {
public:
    /// The error says what libpcap found, without the file's name.
    static Result<PcapFile> open(ByteSource source);

    PcapFile(PcapFile&&) noexcept;
    PcapFile& operator=(PcapFile&&) noexcept;
    ~PcapFile();

    /// See Capture. A block is what one packet brings: new messages, or a loss.
    [[nodiscard]] CaptureStatus next(Block& block);

    const Damage& damage() const;
    const ByteSource& source() const;
    CaptureTotals totals() const;
    std::span<const MoldSession> sessions() const;

private:
    struct State;
    explicit PcapFile(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace tickweir::replay
