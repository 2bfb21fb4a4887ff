// A capture of any supported kind as a sequence of blocks of ITCH messages: what a replay consumes.
// Tells kinds by content, needs a bounded amount of memory, never interprets a message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "replay/block.hpp"
#include "replay/byte_source.hpp"
#include "replay/itch_file.hpp"
#include "replay/pcap.hpp"

namespace tickweir::replay {

/// `json` is what JsonCapture reads and `fix` what FixCapture does; Capture refuses them, for they
/// hold no ITCH messages. (A pcap may hold FIX, too: `holds_fix_packets`.)
enum class CaptureFormat : std::uint8_t { itch, pcap, json, fix };

/// "itch", "pcap", "json" or "fix", as the command line spells it.
std::string_view to_string(CaptureFormat format);

/// The format that `bytes`, the first of a decompressed file, belong to. ITCH: the first two frames
/// (as far as they are there, the first one's type at least) have the length of their message type.
std::optional<CaptureFormat> detect_format(codecs::Bytes bytes);

/// One capture, read once from front to back. Owned by one thread.
class Capture {
public:
    /// Opens a file. `format` none: told by content. The error is one line naming the file and what
    /// was found.
    static Result<Capture> open(const std::filesystem::path& path,
                                std::optional<CaptureFormat> format = std::nullopt);

    /// Reads what was opened already; `name` stands in errors.
    static Result<Capture> from(ByteSource source, const std::string& name,
                                std::optional<CaptureFormat> format = std::nullopt);

    /// Reads memory, which must outlive the capture; `name` stands in errors.
    static Result<Capture> over(codecs::Bytes memory, std::string name,
                                std::optional<CaptureFormat> format = std::nullopt);

    /// Gives the next block, or why there is none; then the answer stays. Bytes of an ITCH file's
    /// block that `consumed` did not cover come again in front of what follows; if the block was
    /// `complete` and nothing of it was consumed, the capture is `truncated`.
    [[nodiscard]] CaptureStatus next(Block& block);

    /// Tells how many bytes of the last block were used: the whole frames. Without it nothing
    /// counts as used. A packet's block is gone at the next call whatever was consumed.
    void consumed(std::size_t bytes);

    /// Why the status was `truncated`, `damaged` or `failed`; empty before.
    const Damage& damage() const;

    CaptureFormat format() const;
    Compression compression() const;
    CaptureTotals totals() const;

    /// The numbered sessions seen, in order of appearance; empty for ITCH files. The least recently
    /// used are forgotten beyond `MoldTracker::sessions_max`.
    std::span<const MoldSession> sessions() const;

    /// Bytes of the file that were read so far, and of how many; none for a pipe. For progress.
    std::uint64_t file_position() const;
    std::optional<std::uint64_t> file_bytes() const;

private:
    explicit Capture(ItchFile file) : file_{std::move(file)} {}
    explicit Capture(PcapFile file) : file_{std::move(file)} {}
    const ByteSource& source() const;

    std::variant<ItchFile, PcapFile> file_;
};

}  // namespace tickweir::replay
