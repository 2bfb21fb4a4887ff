// A disk that lies: a file system over another one that says it has made durable what it has not.
// Planted to see that crashes find it out.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "txn/io/files.hpp"

namespace tickweir::tests {

/// What is not made durable, though it is said to be.
struct Lies {
    std::string suffix;        ///< of files whose writes and syncs do not last; empty: none
    bool directories = false;  ///< names
};

class FalseFile final : public txn::io::File {
public:
    FalseFile(std::unique_ptr<File> real, txn::io::OpenOptions options, std::uint64_t bytes)
        : File{real->path(), options, bytes}, real_{std::move(real)} {}

private:
    template <class T>
    static std::int64_t answer_of(const txn::io::Result<T>& result, std::int64_t good) {
        return result ? good : -result.error().error_number;
    }

    std::int64_t read_some(std::uint64_t offset, std::span<std::byte> into) override {
        const auto read = real_->read_at(offset, into);
        return read ? static_cast<std::int64_t>(*read) : -read.error().error_number;
    }
    std::int64_t write_some(std::uint64_t offset, std::span<const txn::io::Bytes> parts) override {
        std::size_t bytes = 0;
        for (const txn::io::Bytes part : parts)
            bytes += part.size();
        return answer_of(real_->write_at(offset, parts), static_cast<std::int64_t>(bytes));
    }
    std::int64_t sync_data() override { return 0; }
    std::int64_t allocate(std::uint64_t offset, std::uint64_t length) override {
        return answer_of(real_->preallocate(offset, length), 0);
    }
    std::int64_t resize(std::uint64_t length) override {
        return answer_of(real_->truncate(length), 0);
    }
    std::int64_t current_size() override {
        const auto size = real_->size();
        return size ? static_cast<std::int64_t>(*size) : -size.error().error_number;
    }

    std::unique_ptr<File> real_;
};

class FalseFiles final : public txn::io::Files {
public:
    template <class T>
    using Result = txn::io::Result<T>;

    /// `real` outlives it.
    FalseFiles(txn::io::Files& real, Lies lies) : real_{real}, lies_{std::move(lies)} {}

    Result<std::unique_ptr<txn::io::File>> open(const std::string& path,
                                                txn::io::OpenOptions options) override {
        const bool lies = !lies_.suffix.empty() && options.mode != txn::io::OpenMode::read &&
                          path.find(lies_.suffix) != std::string::npos;
        if (!lies) return real_.open(path, options);
        auto file = real_.open(path, {.mode = options.mode});
        if (!file) return file.error();
        const auto bytes = (*file)->size();
        if (!bytes) return bytes.error();
        return std::unique_ptr<txn::io::File>{
            std::make_unique<FalseFile>(*std::move(file), options, *bytes)};
    }
    Result<void> rename(const std::string& from, const std::string& to) override {
        return real_.rename(from, to);
    }
    Result<void> remove(const std::string& path) override { return real_.remove(path); }
    Result<std::vector<txn::io::DirectoryEntry>> list(const std::string& path) override {
        return real_.list(path);
    }
    Result<void> sync_directory(const std::string& path) override {
        if (lies_.directories) return {};
        return real_.sync_directory(path);
    }
    Result<txn::io::Space> free_space(const std::string& path) override {
        return real_.free_space(path);
    }
    Result<std::unique_ptr<txn::io::DirectoryLock>> lock_directory(
        const std::string& path) override {
        return real_.lock_directory(path);
    }

private:
    Result<bool> make_directory(const std::string& path) override {
        auto made = real_.make_directories(path);
        if (!made) return made.error();
        return true;
    }

    txn::io::Files& real_;
    Lies lies_;
};

}  // namespace tickweir::tests
