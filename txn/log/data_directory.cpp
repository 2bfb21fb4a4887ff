#include "txn/log/data_directory.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "txn/io/crc32c.hpp"
#include "txn/io/write_beside.hpp"
#include "txn/log/segment_files.hpp"

namespace tickweir::txn::log {
namespace {

constexpr const char* identity_name = "tickweir.id";
constexpr const char* companion_directory = "fix";
constexpr std::uint64_t identity_magic = 0x3144'4952'4945'5754;  // "TWEIRID1"
constexpr std::uint32_t identity_version = 1;

/// The file's content. A newer version keeps the first 12 bytes, whatever else it changes.
struct IdentityFile {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t log_number;
    std::array<std::byte, 16> id;
    std::uint32_t reserved;
    std::uint32_t crc;  // of the bytes before
};
static_assert(sizeof(IdentityFile) == 40);

std::uint32_t checksum_of(const IdentityFile& file) {
    return io::crc32c(std::as_bytes(std::span{&file, 1}).first(offsetof(IdentityFile, crc)));
}

DataDirectory with(DirectoryState state, std::string what) {
    DataDirectory directory;
    directory.state = state;
    directory.what = std::move(what);
    return directory;
}

/// What a directory without identity is, by what lies in it.
DataDirectory without_identity(io::Files& files, const std::string& data) {
    const auto listed = files.list(data);
    if (!listed) return with(DirectoryState::unreadable, io::to_string(listed.error()));
    for (const io::DirectoryEntry& entry : *listed) {
        const bool left_by_creation =
            entry.name == std::string{identity_name} + std::string{io::temporary_suffix};
        // A file system of its own has this one from the start.
        if (left_by_creation || entry.name == "lost+found") continue;
        // The gateway's, which may be there before the first log is begun.
        if (entry.is_directory && entry.name == companion_directory) continue;
        if (!entry.is_directory || entry.name != "log") {
            return with(DirectoryState::foreign,
                        data + " holds " + entry.name + " and is no data directory");
        }
        const auto segments = list_segments(files, log_directory(data));
        if (!segments) return with(DirectoryState::unreadable, io::to_string(segments.error()));
        if (!segments->segments.empty()) {
            return with(DirectoryState::damaged,
                        data + " holds a log, but its file " + identity_name + " is missing");
        }
    }
    return with(DirectoryState::empty, "");
}

DataDirectory read_identity(io::Files& files, const std::string& data) {
    const std::string path = data + '/' + identity_name;
    const auto file = files.open(path, {.mode = io::OpenMode::read});
    if (!file) {
        if (file.error().kind == io::IoErrorKind::not_found) return without_identity(files, data);
        return with(DirectoryState::unreadable, io::to_string(file.error()));
    }
    // One byte more than there has to be, to see what is too long.
    std::array<std::byte, sizeof(IdentityFile) + 1> bytes{};
    const auto read = (*file)->read_at(0, bytes);
    if (!read) return with(DirectoryState::unreadable, io::to_string(read.error()));
    IdentityFile content{};
    std::memcpy(&content, bytes.data(), sizeof content);
    if (*read < offsetof(IdentityFile, log_number) || content.magic != identity_magic) {
        return with(DirectoryState::foreign, path + " is not a data directory's");
    }
    if (content.version > identity_version) {
        return with(DirectoryState::newer_version,
                    path + " has version " + std::to_string(content.version) +
                        ", this program knows " + std::to_string(identity_version));
    }
    const bool whole = *read == sizeof content && content.version == identity_version &&
                       content.crc == checksum_of(content) && content.log_number <= 0xFFFF;
    if (!whole) return with(DirectoryState::damaged, path + " is not as it was written");
    DataDirectory directory = with(DirectoryState::ours, "");
    directory.identity = {LogId{content.id}, static_cast<std::uint16_t>(content.log_number)};
    return directory;
}

}  // namespace

std::string log_directory(const std::string& data) {
    return data + "/log";
}

DataDirectory open_data_directory(io::Files& files, const std::string& data) {
    auto lock = files.lock_directory(data);
    if (!lock) {
        if (lock.error().kind == io::IoErrorKind::not_found) {
            return with(DirectoryState::empty, "");
        }
        const bool taken = lock.error().kind == io::IoErrorKind::in_use;
        return taken ? with(DirectoryState::in_use, data + " is in use by another process")
                     : with(DirectoryState::unreadable, io::to_string(lock.error()));
    }
    DataDirectory directory = read_identity(files, data);
    if (directory.state == DirectoryState::ours || directory.state == DirectoryState::empty) {
        directory.lock = *std::move(lock);
    }
    return directory;
}

DataDirectory create_data_directory(io::Files& files, const std::string& data,
                                    const Identity& identity) {
    if (const auto made = files.make_directories(data); !made) {
        return with(DirectoryState::unreadable, io::to_string(made.error()));
    }
    DataDirectory directory = open_data_directory(files, data);
    if (directory.state != DirectoryState::empty) return directory;
    IdentityFile content{.magic = identity_magic,
                         .version = identity_version,
                         .log_number = identity.log_number,
                         .id = identity.id.bytes,
                         .reserved = 0,
                         .crc = 0};
    content.crc = checksum_of(content);
    auto made = files.make_directories(log_directory(data));
    if (made) {
        made = io::write_beside(files, data + '/' + identity_name,
                                std::as_bytes(std::span{&content, 1}));
    }
    if (!made) return with(DirectoryState::unreadable, io::to_string(made.error()));
    directory.state = DirectoryState::ours;
    directory.identity = identity;
    return directory;
}

}  // namespace tickweir::txn::log
