// The content of a file as a page cache and a disk have it: what is seen, what is durable, and
// which sectors were written in between. A crash keeps any of those.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace tickweir::tests {

/// What a crash leaves of what was not synced.
enum class Kept : std::uint8_t { any, nothing, everything };

class CachedBytes {
public:
    /// What a disk writes whole or not at all.
    static constexpr std::size_t sector_bytes = 512;

    /// The content as readers see it.
    const std::vector<std::byte>& seen() const { return seen_; }

    /// Into the cache.
    void write(std::size_t offset, std::span<const std::byte> bytes);
    /// Into the cache and onto the disk.
    void write_through(std::size_t offset, std::span<const std::byte> bytes);
    void resize(std::size_t length);

    /// Everything reaches the disk, except what an earlier failed sync gave up.
    void sync();
    /// A sync fails, and the cache takes its pages for clean all the same: later syncs leave them
    /// out, though readers go on seeing them.
    void fail_sync();

    /// Power fails: each unsynced sector stands as before or as any write since then left it, and
    /// the length is any of those it had. Afterwards what is seen is what is durable.
    void crash(std::mt19937_64& random, Kept kept = Kept::any);

    /// Turns one bit over, in the cache and on the disk; false beyond the end.
    bool flip_bit(std::uint64_t bit);

private:
    using Sector = std::array<std::byte, sector_bytes>;
    struct Unsynced {
        std::size_t sector;
        Sector content;
        bool given_up = false;
    };

    Sector sector_of(const std::vector<std::byte>& bytes, std::size_t sector) const;
    static void put(std::vector<std::byte>& bytes, std::size_t sector, const Sector& content);

    std::vector<std::byte> seen_;
    std::vector<std::byte> durable_;
    std::vector<Unsynced> unsynced_;    // oldest first
    std::vector<std::size_t> lengths_;  // those since the last sync, oldest first
};

}  // namespace tickweir::tests
