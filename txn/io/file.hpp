// One open file: positional reads and writes that are whole or fail, and a durability promise that
// ends with the first failed sync. The policy lives here once; what differs between the system and
// its fault-injecting twin are the primitives below.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "txn/io/io_error.hpp"

namespace tickweir::txn::io {

using Bytes = std::span<const std::byte>;

enum class OpenMode : std::uint8_t {
    read,    ///< an existing file, to be read only
    create,  ///< a new file, to be read and written; refused where the name is taken
    append,  ///< an existing or a new file, to be read and written; what is there stays
};

struct OpenOptions {
    OpenMode mode = OpenMode::read;

    /// Reads and writes go past the page cache, and a write is durable when it returns (O_DIRECT
    /// and O_DSYNC). Addresses, offsets and lengths must be multiples of `direct_alignment`.
    bool direct = false;
};

/// The block of the disks to be expected, which is a multiple of every logical sector in use.
inline constexpr std::size_t direct_alignment = 4096;

/// An open file, closed when it goes. One thread at a time uses it, and it alone writes to its
/// file.
///
/// A failed sync is final: what the system then has of the unsynced bytes is unknown, and asking
/// again would be answered with a lie (pages are marked clean after the failure). From then on
/// every call is refused with `failed_before`. A direct write includes its sync: its failure is
/// final too.
class File {
public:
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    virtual ~File() = default;

    const std::string& path() const { return path_; }
    const OpenOptions& options() const { return options_; }
    /// The failure that made this file unusable; none while it is usable.
    const std::optional<IoError>& failure() const { return failure_; }

    /// Reads from `offset`; fewer bytes than asked for are read only at the end of the file.
    [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into);

    /// Writes all the bytes at `offset`. After an error any part of them may have been written.
    [[nodiscard]] Result<void> write_at(std::uint64_t offset, Bytes bytes);
    /// The same for parts that follow one another, in as few system calls as possible.
    [[nodiscard]] Result<void> write_at(std::uint64_t offset, std::span<const Bytes> parts);

    /// Writes all the bytes at the end and tells where that was. A failed append is cut off again;
    /// where even that fails, the failure is final.
    [[nodiscard]] Result<std::uint64_t> append(Bytes bytes);
    [[nodiscard]] Result<std::uint64_t> append(std::span<const Bytes> parts);

    /// Makes durable what was written, and the size with it (fdatasync). The name is made durable
    /// by Files::sync_directory.
    [[nodiscard]] Result<void> sync();

    /// Reserves the blocks of a range and grows the file to its end, but writes nothing: what the
    /// range held stays. A file system that cannot reserve does neither, and that is no error.
    [[nodiscard]] Result<void> reserve(std::uint64_t offset, std::uint64_t length);

    /// Reserves the blocks of a range and fills it with zeros: writing into it later meets no full
    /// disk, and syncing it converts no extents. Overwrites what the range held; grows the file.
    [[nodiscard]] Result<void> preallocate(std::uint64_t offset, std::uint64_t length);

    /// Cuts the file off, or lengthens it with zeros.
    [[nodiscard]] Result<void> truncate(std::uint64_t length);

    /// Bytes in the file now.
    [[nodiscard]] Result<std::uint64_t> size();

protected:
    /// `end` is the size of the file as opened.
    File(std::string path, OpenOptions options, std::uint64_t end)
        : path_(std::move(path)), options_(options), end_(end) {}

private:
    // The primitives answer as the kernel does: a count or 0, or a negated errno. They may do less
    // than asked and may be interrupted (-EINTR); the callers above go on.
    virtual std::int64_t read_some(std::uint64_t offset, std::span<std::byte> into) = 0;
    virtual std::int64_t write_some(std::uint64_t offset, std::span<const Bytes> parts) = 0;
    virtual std::int64_t sync_data() = 0;
    virtual std::int64_t allocate(std::uint64_t offset, std::uint64_t length) = 0;
    virtual std::int64_t resize(std::uint64_t length) = 0;
    virtual std::int64_t current_size() = 0;

    std::optional<IoError> refusal(IoOperation operation, std::uint64_t offset,
                                   std::uint64_t length) const;
    bool aligned(std::uint64_t offset, Bytes bytes) const;
    IoError error(IoOperation operation, std::int64_t answer, std::uint64_t offset) const;
    IoError misaligned(IoOperation operation, std::uint64_t offset) const;
    Result<void> write_parts(IoOperation operation, std::uint64_t offset,
                             std::span<const Bytes> parts);
    Result<void> fill_with_zeros(std::uint64_t offset, std::uint64_t length);
    Result<void> resize_to(std::uint64_t length);

    std::string path_;
    OpenOptions options_;
    std::uint64_t end_;  // the size, as this owner has made it
    std::optional<IoError> failure_;
};

}  // namespace tickweir::txn::io
