#include "txn/io/write_beside.hpp"

#include <utility>

#include "book/ensure.hpp"

namespace tickweir::txn::io {

Result<Replacement> Replacement::begin(Files& files, std::string target) {
    std::string temporary = target + std::string{temporary_suffix};
    // What a crash left over is of no use; a name that stays taken is told by the opening.
    (void)files.remove(temporary);
    auto file = files.open(temporary, {.mode = OpenMode::create});
    if (!file) return file.error();
    return Replacement{files, std::move(target), std::move(temporary), *std::move(file)};
}

Replacement::~Replacement() {
    if (file_ == nullptr) return;
    file_.reset();
    // Nobody is left to be told; the next replacement removes what stays.
    (void)files_->remove(temporary_);
}

Result<void> Replacement::commit() {
    book::ensure(file_ != nullptr);
    if (auto synced = file_->sync(); !synced) return synced;
    if (auto renamed = files_->rename(temporary_, target_); !renamed) return renamed;
    file_.reset();
    return files_->sync_directory(directory_of(target_));
}

Result<void> write_beside(Files& files, const std::string& path, Bytes bytes) {
    auto replacement = Replacement::begin(files, path);
    if (!replacement) return replacement.error();
    if (auto written = replacement->file().append(bytes); !written) return written.error();
    return replacement->commit();
}

}  // namespace tickweir::txn::io
