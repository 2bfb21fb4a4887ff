#include "txn/engine/record_place.hpp"

#include "txn/io/aligned_buffer.hpp"
#include "txn/log/segment_files.hpp"

namespace tickweir::txn {

std::string segment_holding(io::Files& files, const std::string& directory, const log::LogId& id,
                            log::Lsn lsn) {
    const auto listed = log::list_segments(files, directory);
    if (!listed) return {};
    io::AlignedBuffer block{log::block_bytes};
    std::string holding;
    for (const std::uint64_t segment : listed->segments) {
        const std::string path = log::segment_path(directory, segment);
        const auto file = log::open_direct(files, path, io::OpenMode::read);
        if (!file) continue;
        const auto read = (*file)->read_at(0, block.bytes());
        log::SegmentHeader header{};
        if (!read || *read != log::block_bytes ||
            log::get_segment_header(block.bytes(), log::seed_of(id), header) != log::Fault::none)
            continue;
        if (log::Lsn{header.first_lsn} > lsn) break;
        holding = path;
    }
    return holding;
}

}  // namespace tickweir::txn
