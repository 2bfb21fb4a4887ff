#include "tests/support/cached_bytes.hpp"

#include <algorithm>
#include <map>

namespace tickweir::tests {

CachedBytes::Sector CachedBytes::sector_of(const std::vector<std::byte>& bytes,
                                           std::size_t sector) const {
    Sector content{};
    const std::size_t begin = std::min(sector * sector_bytes, bytes.size());
    const std::size_t length = std::min(sector_bytes, bytes.size() - begin);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(begin), length, content.begin());
    return content;
}

/// Overwrites the part of the sector that lies inside `bytes`.
void CachedBytes::put(std::vector<std::byte>& bytes, std::size_t sector, const Sector& content) {
    const std::size_t begin = std::min(sector * sector_bytes, bytes.size());
    const std::size_t length = std::min(sector_bytes, bytes.size() - begin);
    std::copy_n(content.begin(), length, bytes.begin() + static_cast<std::ptrdiff_t>(begin));
}

void CachedBytes::write(std::size_t offset, std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    const std::size_t end = offset + bytes.size();
    if (end > seen_.size()) resize(end);
    std::ranges::copy(bytes, seen_.begin() + static_cast<std::ptrdiff_t>(offset));
    for (std::size_t sector = offset / sector_bytes; sector * sector_bytes < end; ++sector) {
        unsynced_.push_back({sector, sector_of(seen_, sector)});
    }
}

void CachedBytes::write_through(std::size_t offset, std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    write(offset, bytes);
    durable_.resize(std::max(durable_.size(), offset + bytes.size()));
    std::ranges::copy(bytes, durable_.begin() + static_cast<std::ptrdiff_t>(offset));
    const std::size_t first = offset / sector_bytes;
    const std::size_t last = (offset + bytes.size() - 1) / sector_bytes;
    std::erase_if(unsynced_, [&](const Unsynced& entry) {
        return entry.sector >= first && entry.sector <= last;
    });
    std::erase_if(lengths_, [&](std::size_t length) { return length < durable_.size(); });
}

void CachedBytes::resize(std::size_t length) {
    seen_.resize(length);
    lengths_.push_back(length);
}

void CachedBytes::sync() {
    std::map<std::size_t, bool> given_up;  // by the last write of each sector
    for (const Unsynced& entry : unsynced_)
        given_up[entry.sector] = entry.given_up;
    std::vector<std::byte> durable = seen_;
    for (const auto& [sector, lost] : given_up) {
        if (lost) put(durable, sector, sector_of(durable_, sector));
    }
    durable_ = std::move(durable);
    std::erase_if(unsynced_, [&](const Unsynced& entry) { return !given_up[entry.sector]; });
    lengths_.clear();
}

void CachedBytes::fail_sync() {
    for (Unsynced& entry : unsynced_)
        entry.given_up = true;
}

void CachedBytes::crash(std::mt19937_64& random, Kept kept) {
    const auto below = [&](std::size_t count) {
        if (kept != Kept::any) return kept == Kept::nothing ? 0 : count - 1;
        return static_cast<std::size_t>(random() % count);
    };
    std::map<std::size_t, std::vector<const Sector*>> versions;
    for (const Unsynced& entry : unsynced_)
        versions[entry.sector].push_back(&entry.content);

    const std::size_t chosen_length = below(lengths_.size() + 1);
    durable_.resize(chosen_length == 0 ? durable_.size() : lengths_[chosen_length - 1]);
    for (const auto& [sector, contents] : versions) {
        const std::size_t chosen = below(contents.size() + 1);
        if (chosen > 0) put(durable_, sector, *contents[chosen - 1]);
    }
    seen_ = durable_;
    unsynced_.clear();
    lengths_.clear();
}

bool CachedBytes::flip_bit(std::uint64_t bit) {
    const std::size_t at = bit / 8;
    if (at >= seen_.size()) return false;
    const std::byte mask{static_cast<unsigned char>(1U << (bit % 8))};
    seen_[at] ^= mask;
    if (at < durable_.size()) durable_[at] ^= mask;
    return true;
}

}  // namespace tickweir::tests
