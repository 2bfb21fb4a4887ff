#include "gateway/fix/store_directory.hpp"

#include "txn/io/write_beside.hpp"

namespace tickweir::gateway::fix {
namespace {

std::string mark_in(const std::string& path) {
    return path + "/running";
}

}  // namespace

txn::io::Result<std::unique_ptr<StoreDirectory>> StoreDirectory::open(txn::io::Files& files,
                                                                      const std::string& path) {
    if (const auto made = files.make_directories(path); !made) return made.error();
    auto lock = files.lock_directory(path);
    if (!lock) return lock.error();
    const auto mark = files.open(mark_in(path), {.mode = txn::io::OpenMode::read});
    if (!mark && mark.error().kind != txn::io::IoErrorKind::not_found) return mark.error();
    if (!mark) {
        if (const auto made = txn::io::write_beside(files, mark_in(path), {}); !made)
            return made.error();
    }
    return std::unique_ptr<StoreDirectory>{
        new StoreDirectory{files, path, *std::move(lock), !mark}};
}

txn::io::Result<void> StoreDirectory::close() {
    if (const auto removed = files_->remove(mark_in(path_)); !removed) return removed;
    return files_->sync_directory(path_);
}

}  // namespace tickweir::gateway::fix
