// What the files of a log are called and which of them are there. A segment has its name only once
// it is zeros from end to end and durable; before that it has another.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "txn/io/files.hpp"

namespace tickweir::txn::log {

/// "00000000000000000007.log": sorts as its number does.
std::string segment_name(std::uint64_t segment);
std::string segment_path(const std::string& directory, std::uint64_t segment);

/// The name of a segment that is being filled with zeros. Left over by a crash it means nothing.
std::string unready_path(const std::string& directory, std::uint64_t segment);

/// The number in a segment's name; nothing for any other name.
std::optional<std::uint64_t> segment_of(std::string_view name);

struct SegmentFiles {
    std::vector<std::uint64_t> segments;  ///< ascending
    std::vector<std::string> unready;     ///< names
};

/// What lies in a log's directory; names that are none of ours are passed over.
[[nodiscard]] io::Result<SegmentFiles> list_segments(io::Files& files,
                                                     const std::string& directory);

/// Opens for direct input and output, or without it where the file system cannot.
[[nodiscard]] io::Result<std::unique_ptr<io::File>> open_direct(io::Files& files,
                                                                const std::string& path,
                                                                io::OpenMode mode);

}  // namespace tickweir::txn::log
