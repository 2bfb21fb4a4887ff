#include "txn/log/segment_files.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tickweir::txn::log {
namespace {

constexpr std::size_t digits = 20;
constexpr std::string_view suffix = ".log";
constexpr std::string_view unready_suffix = ".new";

}  // namespace

std::string segment_name(std::uint64_t segment) {
    const std::string number = std::to_string(segment);
    return std::string(digits - number.size(), '0') + number + std::string{suffix};
}

std::string segment_path(const std::string& directory, std::uint64_t segment) {
    return directory + '/' + segment_name(segment);
}

std::string unready_path(const std::string& directory, std::uint64_t segment) {
    return segment_path(directory, segment) + std::string{unready_suffix};
}

std::optional<std::uint64_t> segment_of(std::string_view name) {
    if (name.size() != digits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
    std::uint64_t segment = 0;
    const char* const end = name.data() + digits;
    const auto [behind, error] = std::from_chars(name.data(), end, segment);
    if (error != std::errc{} || behind != end || segment == 0) return std::nullopt;
    return segment;
}

io::Result<SegmentFiles> list_segments(io::Files& files, const std::string& directory) {
    auto entries = files.list(directory);
    if (!entries) return entries.error();
    SegmentFiles found;
    for (const io::DirectoryEntry& entry : *entries) {
        if (entry.is_directory) continue;
        const std::string_view name = entry.name;
        if (const auto segment = segment_of(name)) found.segments.push_back(*segment);
        const bool unready = name.ends_with(unready_suffix) &&
                             segment_of(name.substr(0, name.size() - unready_suffix.size()));
        if (unready) found.unready.push_back(entry.name);
    }
    std::ranges::sort(found.segments);
    return found;
}

io::Result<std::unique_ptr<io::File>> open_direct(io::Files& files, const std::string& path,
                                                  io::OpenMode mode) {
    auto file = files.open(path, {.mode = mode, .direct = true});
    if (file || file.error().kind != io::IoErrorKind::unsupported) return file;
    return files.open(path, {.mode = mode});
}

}  // namespace tickweir::txn::log
