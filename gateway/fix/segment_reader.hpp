// Reads the records of one file of a journal, a window at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "gateway/fix/journal_format.hpp"
#include "txn/io/file.hpp"

namespace tickweir::gateway::fix {

/// What lies at a place of a file.
struct SegmentLook {
    enum class Kind : std::uint8_t {
        record,    ///< a whole one of `bytes` bytes
        bad,       ///< anything else
        unread,    ///< it would have to be read first
        io_error,  ///< and that failed
    };
    Kind kind = Kind::bad;
    std::size_t bytes = 0;
    std::uint64_t number = 0;
    std::uint32_t next_inbound = 0;
    std::string_view wire = {};  ///< until the next call
};

class SegmentReader {
public:
    /// Bytes that are read at a time; more only for a record that is longer.
    static constexpr std::size_t window_bytes = (64 << 10) + sizeof(RecordHead);

    SegmentReader(std::unique_ptr<txn::io::File> file, std::uint32_t seed);

    /// Looks at `offset`. Nothing at or behind `end` is part of a record. Unless `may_read`, only
    /// at what is in memory.
    SegmentLook at(std::uint64_t offset, std::uint64_t end, bool may_read);

    /// The first place from `offset` on where a record numbered above `after` begins.
    std::optional<std::uint64_t> find(std::uint64_t offset, std::uint64_t end, std::uint64_t after);

    /// Bytes read since the last call of this.
    std::size_t take_bytes_read();
    /// Why the last look was an io_error.
    const std::optional<txn::io::IoError>& error() const { return error_; }
    txn::io::File& file() { return *file_; }

private:
    std::span<const std::byte> seen(std::uint64_t offset, std::uint64_t end) const;
    bool load(std::uint64_t offset, std::size_t bytes);

    std::unique_ptr<txn::io::File> file_;
    std::uint32_t seed_;
    std::unique_ptr<std::byte[]> window_;
    std::size_t capacity_ = 0;
    std::uint64_t window_at_ = 0;
    std::size_t window_length_ = 0;
    std::size_t bytes_read_ = 0;
    std::optional<txn::io::IoError> error_;
};

}  // namespace tickweir::gateway::fix
