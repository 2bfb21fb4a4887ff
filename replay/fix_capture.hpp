// A FIX log, or the FIX that went over TCP in a pcap, as runs of bytes with what is known about
// them. Where messages begin and end in them is for FixReader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "book/types.hpp"
#include "codecs/bytes.hpp"
#include "replay/block.hpp"
#include "replay/byte_source.hpp"
#include "replay/tcp_reassembly.hpp"

namespace tickweir::replay {

/// Bytes of a file or of one TCP stream, in order; valid until the next call of the capture.
struct FixBlock {
    std::string_view text;
    /// Of `text[0]` in the decompressed file; of the packet's record where there is one.
    std::uint64_t offset = 0;
    bool in_packet = false;
    std::optional<book::TimeNs> received;  ///< the packet
    std::uint32_t stream = 0;              ///< of a file always 0
    std::uint64_t lost_before = 0;         ///< bytes missing directly before
    bool ends = false;                     ///< nothing of this stream follows
};

/// Of a pcap, packets that brought nothing.
struct FixPacketCounts {
    std::uint64_t packets = 0;  ///< records, of any kind
    std::uint64_t not_tcp = 0;
    std::uint64_t fragments = 0;
    std::uint64_t cut_packets = 0;  ///< of which what was recorded is used
    std::uint64_t malformed = 0;
};

/// Whether `bytes`, the first of a decompressed file, hold the beginning of a FIX message: `8=FIX`,
/// a separator and BodyLength.
bool looks_like_fix_log(codecs::Bytes bytes);

/// Whether a pcap file has FIX over TCP before anything of MoldUDP64. Reads as far as it takes, at
/// most a few thousand packets.
bool holds_fix_packets(const std::filesystem::path& path);

/// One capture, read once from front to back, in bounded memory. One owner thread.
class FixCapture {
public:
    /// Opens a file, log or pcap by its content. The error is one line naming the file.
    static Result<FixCapture> open(const std::filesystem::path& path);
    /// Reads what was opened already; `name` stands in errors.
    static Result<FixCapture> from(ByteSource source, const std::string& name);

    FixCapture(FixCapture&&) noexcept;
    FixCapture& operator=(FixCapture&&) noexcept;
    ~FixCapture();

    /// Gives the next block, or why there is none; then the answer stays. All streams have ended
    /// before anything but `block` is answered.
    [[nodiscard]] CaptureStatus next(FixBlock& block);

    /// Why the status was `truncated`, `damaged` or `failed`; empty before.
    const Damage& damage() const;
    Compression compression() const;
    /// None of a log.
    bool is_pcap() const;
    TcpTotals tcp() const;
    FixPacketCounts packets() const;

    /// Bytes of the file that were read so far, and of how many; none for a pipe. For progress.
    std::uint64_t file_position() const;
    std::optional<std::uint64_t> file_bytes() const;

private:
    struct State;
    explicit FixCapture(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace tickweir::replay
