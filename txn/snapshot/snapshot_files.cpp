#include "txn/snapshot/snapshot_files.hpp"

#include <algorithm>
#include <charconv>

#include "txn/io/write_beside.hpp"

namespace tickweir::txn::snapshot {
namespace {

constexpr std::size_t digits = 20;
constexpr std::string_view suffix = ".snapshot";

io::Result<void> remove(io::Files& files, const std::string& path, Pruned& pruned) {
    if (auto removed = files.remove(path); !removed) return removed;
    pruned.removed.push_back(path);
    return {};
}

/// How many of the oldest may go.
std::size_t count_superseded(io::Files& files, const std::string& data, const log::LogId& id,
                             std::size_t keep, const std::vector<log::Lsn>& snapshots,
                             Pruned& pruned) {
    std::size_t good = 0;
    for (std::size_t i = snapshots.size(); i-- > 0;) {
        if (good == keep) return i + 1;
        Verified verified = verify_snapshot(files, snapshot_path(data, snapshots[i]), id);
        if (verified.snapshot)
            ++good;
        else
            pruned.findings.push_back(std::move(verified.finding));
    }
    return 0;
}

}  // namespace

std::string snapshot_directory(const std::string& data) {
    return data + "/snapshots";
}

std::string snapshot_path(const std::string& data, log::Lsn lsn) {
    const std::string number = std::to_string(log::number(lsn));
    return snapshot_directory(data) + '/' + std::string(digits - number.size(), '0') + number +
           std::string{suffix};
}

std::optional<log::Lsn> snapshot_of(std::string_view name) {
    if (name.size() != digits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
    std::uint64_t lsn = 0;
    const char* const end = name.data() + digits;
    const auto [behind, error] = std::from_chars(name.data(), end, lsn);
    if (error != std::errc{} || behind != end) return std::nullopt;
    return log::Lsn{lsn};
}

io::Result<SnapshotFiles> list_snapshots(io::Files& files, const std::string& data) {
    auto entries = files.list(snapshot_directory(data));
    if (!entries) {
        if (entries.error().kind == io::IoErrorKind::not_found) return SnapshotFiles{};
        return entries.error();
    }
    SnapshotFiles found;
    for (const io::DirectoryEntry& entry : *entries) {
        if (entry.is_directory) continue;
        const std::string_view name = entry.name;
        if (const auto lsn = snapshot_of(name)) found.snapshots.push_back(*lsn);
        if (name.ends_with(io::temporary_suffix) &&
            snapshot_of(name.substr(0, name.size() - io::temporary_suffix.size())))
            found.temporaries.push_back(entry.name);
    }
    std::ranges::sort(found.snapshots);
    return found;
}

io::Result<NewestGood> newest_good(io::Files& files, const std::string& data,
                                   const log::LogId& id) {
    const auto found = list_snapshots(files, data);
    if (!found) return found.error();
    NewestGood newest;
    for (std::size_t i = found->snapshots.size(); i-- > 0 && !newest.snapshot;) {
        Verified verified = verify_snapshot(files, snapshot_path(data, found->snapshots[i]), id);
        newest.snapshot = std::move(verified.snapshot);
        if (!newest.snapshot) newest.findings.push_back(std::move(verified.finding));
    }
    return newest;
}

io::Result<Pruned> prune_snapshots(io::Files& files, const std::string& data, const log::LogId& id,
                                   std::size_t keep) {
    const auto found = list_snapshots(files, data);
    if (!found) return found.error();
    Pruned pruned;
    keep = std::max<std::size_t>(keep, 1);
    for (const std::string& name : found->temporaries) {
        const std::string path = snapshot_directory(data) + '/' + name;
        if (auto removed = remove(files, path, pruned); !removed) return removed.error();
    }
    std::size_t superseded = 0;
    if (found->snapshots.size() > keep)
        superseded = count_superseded(files, data, id, keep, found->snapshots, pruned);
    for (std::size_t i = 0; i < superseded; ++i) {
        const std::string path = snapshot_path(data, found->snapshots[i]);
        if (auto removed = remove(files, path, pruned); !removed) return removed.error();
    }
    if (pruned.removed.empty()) return pruned;
    if (auto synced = files.sync_directory(snapshot_directory(data)); !synced)
        return synced.error();
    return pruned;
}

}  // namespace tickweir::txn::snapshot
