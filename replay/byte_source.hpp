// The decompressed bytes of a file, plain, gzip or zstd as its content says, never its name. Reads
// ahead a bounded amount, hands out everything that stands before damage, and then says where it
// is.
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "codecs/bytes.hpp"

namespace tickweir::replay {

/// An answer, or one line that says what is wrong with what.
template <class T>
using Result = boost::system::result<T, std::string>;

/// How a file is packed.
enum class Compression : std::uint8_t { none, gzip, zstd };

/// "plain", "gzip" or "zstd".
std::string_view to_string(Compression compression);

/// What follows the bytes of a read.
enum class ReadStatus : std::uint8_t {
    ok,         ///< more may follow
    end,        ///< nothing follows, and the file is whole
    truncated,  ///< the compressed data stop in the middle
    damaged,    ///< the compressed data are wrong
    io_error,   ///< the operating system refused to read
};

/// Bytes delivered, and what comes after them.
struct ReadResult {
    std::size_t bytes = 0;  ///< fewer than asked for only if `status` is not `ok`
    ReadStatus status = ReadStatus::ok;
    friend constexpr bool operator==(const ReadResult&, const ReadResult&) = default;
};

/// Why reading stopped before the end.
struct Damage {
    std::string what;               ///< one line, with the value seen where there is one
    std::uint64_t offset = 0;       ///< in the decompressed bytes
    std::uint64_t file_offset = 0;  ///< in the file itself: where the decompressor stood
    friend bool operator==(const Damage&, const Damage&) = default;
};

/// A sequential reader of one file or piece of memory. Owned by one thread.
class ByteSource {
public:
    /// How far `peek` can look.
    static constexpr std::size_t peek_bytes_max = 4096;

    /// Opens a regular file or a pipe. The error names the path.
    static Result<ByteSource> open(const std::filesystem::path& path);

    /// Reads from memory, which must outlive the source.
    explicit ByteSource(codecs::Bytes memory);

    ByteSource(ByteSource&&) noexcept;
    ByteSource& operator=(ByteSource&&) noexcept;
    ~ByteSource();

    /// Fills `out`, unless the end or damage comes first; what stands before damage is delivered. A
    /// status other than `ok` stays: later reads give no bytes and the same status.
    [[nodiscard]] ReadResult read(std::span<std::byte> out);

    /// The next bytes, up to `peek_bytes_max`, without taking them. Valid until the next read;
    /// shorter only where the end or damage is nearer.
    codecs::Bytes peek();

    /// Why the status is `truncated`, `damaged` or `io_error`; empty otherwise.
    const Damage& damage() const;

    Compression compression() const;

    /// Decompressed bytes handed out so far.
    std::uint64_t position() const;

    /// Bytes of the file that were read so far, and of how many; none for a pipe. For progress.
    std::uint64_t file_position() const;
    std::optional<std::uint64_t> file_bytes() const;

private:
    struct State;
    explicit ByteSource(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace tickweir::replay
