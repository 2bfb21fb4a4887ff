#include "gateway/fix/numbers_file.hpp"

#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "txn/io/crc32c.hpp"
#include "txn/io/write_beside.hpp"

namespace tickweir::gateway::fix {
namespace {

struct Copy {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t cancel_on_disconnect;  ///< 0: nothing is said, 1: no, 2: yes
    std::uint64_t turn;                  ///< the higher one stands; even ones lie first
    std::uint64_t generation;
    std::int64_t created_ns;
    std::uint64_t next_outbound;
    std::uint64_t next_inbound;
    std::uint32_t reserved_too;
    std::uint32_t check;  ///< CRC-32C of what is before it
};
static_assert(sizeof(Copy) == 64);

constexpr std::array<char, 8> copy_magic{'T', 'W', 'F', 'I', 'X', 'N', 'U', 'M'};
constexpr std::uint32_t copy_version = 1;
/// What a disk writes whole or not at all lies between two copies.
constexpr std::size_t sector_bytes = 512;
using Content = std::array<std::byte, 2 * sector_bytes>;

std::uint32_t check_of(const Copy& copy) {
    return txn::io::crc32c(std::as_bytes(std::span{&copy, 1}).first(offsetof(Copy, check)));
}

Copy copy_of(const StoredNumbers& numbers, std::uint64_t turn) {
    const std::optional<bool> wanted = numbers.cancel_on_disconnect;
    Copy copy{copy_magic,
              copy_version,
              !wanted   ? 0U
              : *wanted ? 2U
                        : 1U,
              turn,
              numbers.generation,
              numbers.created.time_since_epoch().count(),
              numbers.next_outbound,
              numbers.next_inbound,
              0,
              0};
    copy.check = check_of(copy);
    return copy;
}

std::optional<bool> wanted_of(const Copy& copy) {
    if (copy.cancel_on_disconnect == 0) return std::nullopt;
    return copy.cancel_on_disconnect == 2;
}

constexpr std::size_t place_of(std::uint64_t turn) {
    return turn % 2 * sector_bytes;
}

/// The copy that stands, if any is whole.
std::optional<Copy> newest(const Content& content) {
    std::optional<Copy> best;
    for (const std::size_t at : {std::size_t{0}, sector_bytes}) {
        Copy copy;
        std::memcpy(&copy, content.data() + at, sizeof copy);
        const bool whole = copy.magic == copy_magic && copy.version == copy_version &&
                           copy.check == check_of(copy) && place_of(copy.turn) == at;
        if (whole && (!best || copy.turn > best->turn)) best = copy;
    }
    return best;
}

}  // namespace

txn::io::Result<void> NumbersFile::make(txn::io::Files& files, const std::string& path,
                                        const StoredNumbers& fresh) {
    // Both, so that there is a whole one from the first writing on.
    Content content{};
    for (const std::uint64_t turn : {0u, 1u}) {
        const Copy copy = copy_of(fresh, turn);
        std::memcpy(content.data() + place_of(turn), &copy, sizeof copy);
    }
    return txn::io::write_beside(files, path, content);
}

txn::io::Result<NumbersFile::Opened> NumbersFile::open(txn::io::Files& files,
                                                       const std::string& folder,
                                                       const StoredNumbers& fresh) {
    const std::string path = folder + "/numbers";
    Opened opened{nullptr, fresh, false, false};
    auto there = files.open(path, {.mode = txn::io::OpenMode::read});
    if (!there && there.error().kind != txn::io::IoErrorKind::not_found) return there.error();
    std::optional<Copy> stands;
    if (there) {
        Content content{};
        if (const auto read = (*there)->read_at(0, content); !read) return read.error();
        stands = newest(content);
    }
    if (stands) {
        opened.numbers = {stands->generation,
                          book::TimeNs{std::chrono::nanoseconds{stands->created_ns}},
                          stands->next_outbound, stands->next_inbound, wanted_of(*stands)};
    } else {
        opened.created = !there;
        opened.lost = !opened.created;
        if (opened.lost) {
            const auto aside = files.rename(path, path + ".damaged");
            if (!aside) return aside.error();
        }
        if (const auto made = make(files, path, fresh); !made) return made.error();
    }
    auto file = files.open(path, {.mode = txn::io::OpenMode::append});
    if (!file) return file.error();
    opened.file.reset(new NumbersFile{*std::move(file), stands ? stands->turn : 1});
    return opened;
}

txn::io::Result<void> NumbersFile::write(const StoredNumbers& numbers) {
    const Copy copy = copy_of(numbers, turn_ + 1);
    const auto written = file_->write_at(place_of(turn_ + 1), std::as_bytes(std::span{&copy, 1}));
    synced_ = false;
    if (written) ++turn_;
    return written;
}

txn::io::Result<void> NumbersFile::sync(bool anyhow) {
    if (synced_ && !anyhow) return {};
    synced_ = true;
    return file_->sync();
}

}  // namespace tickweir::gateway::fix
