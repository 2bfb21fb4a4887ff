#include "txn/io/posix_files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace tickweir::txn::io {
namespace {

namespace fs = std::filesystem;

/// An open descriptor, closed when it goes. What has to last was synced before: an error of close
/// has nothing to tell.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }

    int get() const { return number_; }
    bool is_open() const { return number_ >= 0; }

private:
    int number_;
};

Descriptor open_descriptor(const std::string& path, int flags) {
    int number = -1;
    do {
        number = ::open(path.c_str(), flags | O_CLOEXEC, 0640);
    } while (number < 0 && errno == EINTR);
    return Descriptor{number};
}

/// What a system call returned, in the convention of File's primitives.
std::int64_t answer_of(std::int64_t returned) {
    return returned < 0 ? -errno : returned;
}

int flags_of(OpenOptions options) {
    const int direct = options.direct ? O_DIRECT | O_DSYNC : 0;
    switch (options.mode) {
        case OpenMode::read:
            return O_RDONLY | direct;
        case OpenMode::create:
            return O_RDWR | O_CREAT | O_EXCL | direct;
        case OpenMode::append:
            return O_RDWR | O_CREAT | direct;
    }
    return O_RDONLY;
}

class PosixFile final : public File {
public:
    PosixFile(std::string path, OpenOptions options, std::uint64_t end, Descriptor descriptor)
        : File(std::move(path), options, end), descriptor_(std::move(descriptor)) {}

private:
    std::int64_t read_some(std::uint64_t offset, std::span<std::byte> into) override {
        return answer_of(
            ::pread(descriptor_.get(), into.data(), into.size(), static_cast<off_t>(offset)));
    }

    std::int64_t write_some(std::uint64_t offset, std::span<const Bytes> parts) override {
        std::array<iovec, 64> vectors;
        const std::size_t count = std::min(parts.size(), vectors.size());
        for (std::size_t i = 0; i < count; ++i) {
            // The interface serves reading too, hence its pointer to what may change.
            vectors[i] = {const_cast<std::byte*>(parts[i].data()), parts[i].size()};
        }
        return answer_of(::pwritev(descriptor_.get(), vectors.data(), static_cast<int>(count),
                                   static_cast<off_t>(offset)));
    }

    std::int64_t sync_data() override { return answer_of(::fdatasync(descriptor_.get())); }

    std::int64_t allocate(std::uint64_t offset, std::uint64_t length) override {
        return answer_of(::fallocate(descriptor_.get(), 0, static_cast<off_t>(offset),
                                     static_cast<off_t>(length)));
    }

    std::int64_t resize(std::uint64_t length) override {
        return answer_of(::ftruncate(descriptor_.get(), static_cast<off_t>(length)));
    }

    std::int64_t current_size() override {
        struct stat status {};
        if (::fstat(descriptor_.get(), &status) != 0) return -errno;
        return status.st_size;
    }

    Descriptor descriptor_;
};

class PosixDirectoryLock final : public DirectoryLock {
public:
    explicit PosixDirectoryLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

private:
    Descriptor descriptor_;  // the lock goes with the open file description
};

}  // namespace

Result<std::unique_ptr<File>> PosixFiles::open(const std::string& path, OpenOptions options) {
    // Without O_NONBLOCK the opening of a pipe would wait; regular files do not heed it.
    Descriptor descriptor = open_descriptor(path, flags_of(options) | O_NONBLOCK);
    if (!descriptor.is_open()) return io_error(IoOperation::open, path, errno);
    struct stat status {};
    if (::fstat(descriptor.get(), &status) != 0) return io_error(IoOperation::open, path, errno);
    // A directory opens for reading, and pipes and devices have neither positions nor a size.
    if (!S_ISREG(status.st_mode)) {
        return io_error(IoOperation::open, path, S_ISDIR(status.st_mode) ? EISDIR : EINVAL);
    }
    return std::unique_ptr<File>{std::make_unique<PosixFile>(
        path, options, static_cast<std::uint64_t>(status.st_size), std::move(descriptor))};
}

Result<void> PosixFiles::rename(const std::string& from, const std::string& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) {
        return io_error(IoOperation::rename, from + " to " + to, errno);
    }
    return {};
}

Result<void> PosixFiles::remove(const std::string& path) {
    if (std::remove(path.c_str()) != 0) return io_error(IoOperation::remove, path, errno);
    return {};
}

Result<std::vector<DirectoryEntry>> PosixFiles::list(const std::string& path) {
    std::error_code failed;
    std::vector<DirectoryEntry> entries;
    for (fs::directory_iterator next{path, failed}; !failed && next != fs::directory_iterator{};
         next.increment(failed)) {
        // An entry that vanishes meanwhile is still named, as a file.
        std::error_code unknown;
        entries.push_back({next->path().filename().string(), next->is_directory(unknown)});
    }
    if (failed) return io_error(IoOperation::list, path, failed.value());
    std::ranges::sort(entries, {}, &DirectoryEntry::name);
    return entries;
}

Result<void> PosixFiles::sync_directory(const std::string& path) {
    const Descriptor directory = open_descriptor(path, O_RDONLY | O_DIRECTORY);
    if (!directory.is_open()) return io_error(IoOperation::sync_directory, path, errno);
    int failed = 0;
    do {
        failed = ::fsync(directory.get());
    } while (failed != 0 && errno == EINTR);
    if (failed != 0) return io_error(IoOperation::sync_directory, path, errno);
    return {};
}

Result<bool> PosixFiles::make_directory(const std::string& path) {
    if (::mkdir(path.c_str(), 0750) == 0) return true;
    const int reason = errno;
    struct stat status {};
    const bool there =
        reason == EEXIST && ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
    if (there) return false;
    return io_error(IoOperation::make_directory, path, reason);
}

Result<Space> PosixFiles::free_space(const std::string& path) {
    struct statvfs status {};
    if (::statvfs(path.c_str(), &status) != 0)
        return io_error(IoOperation::free_space, path, errno);
    return Space{.free_bytes = std::uint64_t{status.f_bavail} * status.f_frsize,
                 .total_bytes = std::uint64_t{status.f_blocks} * status.f_frsize};
}

Result<std::unique_ptr<DirectoryLock>> PosixFiles::lock_directory(const std::string& path) {
    Descriptor directory = open_descriptor(path, O_RDONLY | O_DIRECTORY);
    if (!directory.is_open()) return io_error(IoOperation::lock_directory, path, errno);
    int failed = 0;
    do {
        failed = ::flock(directory.get(), LOCK_EX | LOCK_NB);
    } while (failed != 0 && errno == EINTR);
    if (failed != 0) return io_error(IoOperation::lock_directory, path, errno);
    return std::unique_ptr<DirectoryLock>{
        std::make_unique<PosixDirectoryLock>(std::move(directory))};
}

}  // namespace tickweir::txn::io
