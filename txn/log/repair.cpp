#include "txn/log/repair.hpp"

#include <vector>

#include "txn/io/write_beside.hpp"

namespace tickweir::txn::log {

io::Result<void> settle_segments(io::Files& files, const std::string& directory) {
    const auto listed = list_segments(files, directory);
    if (!listed) return listed.error();
    for (const std::uint64_t segment : listed->segments) {
        const auto file =
            files.open(segment_path(directory, segment), {.mode = io::OpenMode::append});
        if (!file) return file.error();
        if (auto synced = (*file)->sync(); !synced) return synced;
    }
    return files.sync_directory(directory);
}

io::Result<std::string> repair_torn_tail(io::Files& files, const std::string& directory,
                                         const TornTail& torn) {
    const std::string aside = directory + "/torn";
    if (auto made = files.make_directories(aside); !made) return made.error();
    const auto file = files.open(torn.path, {.mode = io::OpenMode::append});
    if (!file) return file.error();
    std::vector<std::byte> bytes(torn.bytes);
    const auto read = (*file)->read_at(torn.offset, bytes);
    if (!read) return read.error();
    const std::string name = torn.path.substr(torn.path.rfind('/') + 1);
    const std::string copy =
        aside + '/' + name.substr(0, name.rfind('.')) + '-' + std::to_string(torn.offset) + ".torn";
    if (auto kept = io::write_beside(files, copy, Bytes{bytes}.first(*read)); !kept) {
        return kept.error();
    }
    if (auto cleared = (*file)->preallocate(torn.offset, torn.bytes); !cleared) {
        return cleared.error();
    }
    if (auto synced = (*file)->sync(); !synced) return synced.error();
    return copy;
}

LogReport verify_log(io::Files& files, const std::string& directory, const LogId& id,
                     Lsn known_durable) {
    LogReport report;
    const ReadOptions options{.from = Lsn{}, .known_durable = known_durable, .up_to = std::nullopt};
    LogReader reader{files, directory, id, options};
    RecordView record;
    do {
        report.outcome = reader.next(record);
    } while (report.outcome == ReadOutcome::record);
    report.finding = reader.finding();
    report.first = reader.first();
    report.last = before(reader.end().next);
    report.durable = reader.end().durable;
    report.term = reader.end().term;
    report.counts = reader.counts();
    return report;
}

}  // namespace tickweir::txn::log
