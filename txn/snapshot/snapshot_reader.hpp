// Reads a snapshot file, section by section: nothing is given out that is not as it was written.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "txn/io/files.hpp"
#include "txn/log/record_source.hpp"
#include "txn/snapshot/snapshot_format.hpp"
#include "txn/venue/state_stream.hpp"

namespace tickweir::txn::snapshot {

using log::Finding;

/// As a source it gives the bytes of the section it stands in. Memory: one chunk. One thread.
class SnapshotReader final : public StateSource {
public:
    SnapshotReader(io::Files& files, std::string path, const log::LogId& id)
        : files_{files}, path_{std::move(path)}, id_{id} {}

    /// Reads the header and stands in section 0. False: see finding().
    [[nodiscard]] bool open();
    /// Good after open().
    const SnapshotHeader& header() const { return header_; }

    /// The next bytes of the section.
    [[nodiscard]] io::Bytes next() override;
    /// Goes on to the next section; what was not read of this one is checked. False behind the last
    /// one, and after a fault.
    [[nodiscard]] bool next_section();
    /// Checks what was not read, and the trailer.
    [[nodiscard]] bool finish();

    /// "DIR/00000000000000000007.snapshot at byte 80: no chunk begins here".
    std::string fault() const override;
    /// What is wrong, and where; no text for nothing.
    const Finding& finding() const { return finding_; }
    /// Good after finish().
    SnapshotInfo info() const { return {header_, path_, offset_, chunks_}; }

private:
    bool check_name();
    bool read(std::uint64_t offset, std::span<std::byte> into);
    bool fail(std::uint64_t offset, std::string what);

    io::Files& files_;
    std::string path_;
    log::LogId id_;
    std::unique_ptr<io::File> file_;
    std::uint64_t file_bytes_ = 0;
    SnapshotHeader header_;
    std::uint32_t seed_ = 0;
    std::uint32_t all_crc_ = 0;
    std::uint64_t offset_ = 0;
    std::uint64_t chunks_ = 0;
    std::uint32_t section_ = 0;
    bool section_ended_ = false;
    std::vector<std::byte> chunk_;
    Finding finding_;
};

/// What a whole file was found to be.
struct Verified {
    std::optional<SnapshotInfo> snapshot;
    Finding finding;  ///< where there is none
};

/// Reads a whole snapshot without loading it.
[[nodiscard]] Verified verify_snapshot(io::Files& files, const std::string& path,
                                       const log::LogId& id);

}  // namespace tickweir::txn::snapshot
