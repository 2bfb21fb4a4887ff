#include "txn/io/file.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <limits>

namespace tickweir::txn::io {
namespace {

/// The most parts that one system call gets.
constexpr std::size_t batch_parts = 64;

/// Offsets are signed in the system's interface.
constexpr auto largest_offset =
    static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

alignas(direct_alignment) constexpr std::array<std::byte, 4 * direct_alignment> zeros{};

/// A list of parts that is written piece by piece: what is left of it.
class Remaining {
public:
    explicit Remaining(std::span<const Bytes> parts) : parts_(parts) { skip_empty(); }

    bool empty() const { return parts_.empty(); }

    /// The next parts, as many as one call takes.
    std::span<const Bytes> batch() {
        const std::size_t count = std::min(parts_.size(), batch_.size());
        std::copy_n(parts_.begin(), count, batch_.begin());
        batch_.front() = batch_.front().subspan(done_in_first_);
        return {batch_.data(), count};
    }

    void advance(std::size_t bytes) {
        done_in_first_ += bytes;
        skip_empty();
    }

private:
    void skip_empty() {
        while (!parts_.empty() && done_in_first_ >= parts_.front().size()) {
            done_in_first_ -= parts_.front().size();
            parts_ = parts_.subspan(1);
        }
    }

    std::span<const Bytes> parts_;
    std::size_t done_in_first_ = 0;
    std::array<Bytes, batch_parts> batch_;
};

/// Interrupted calls are made again.
template <class Call>
std::int64_t uninterrupted(Call&& call) {
    std::int64_t answer = 0;
    do {
        answer = call();
    } while (answer == -EINTR);
    return answer;
}

bool is_aligned(std::uint64_t number) {
    return number % direct_alignment == 0;
}

}  // namespace

Result<std::size_t> File::read_at(std::uint64_t offset, std::span<std::byte> into) {
    if (auto refused = refusal(IoOperation::read, offset, into.size())) return *std::move(refused);
    if (!aligned(offset, into)) return misaligned(IoOperation::read, offset);
    std::size_t done = 0;
    while (done < into.size()) {
        const std::size_t before = done;
        const std::int64_t answer =
            uninterrupted([&] { return read_some(offset + done, into.subspan(done)); });
        if (answer < 0) return error(IoOperation::read, answer, offset + done);
        if (answer == 0) break;
        done += static_cast<std::size_t>(answer);
        if (!options_.direct || is_aligned(done)) continue;
        // A direct read that stops inside a block has reached the end, or goes on from the block.
        const auto length = size();
        if (!length) return length.error();
        if (offset + done >= *length) break;
        const std::size_t whole = done - done % direct_alignment;
        if (whole == before) return error(IoOperation::read, -EIO, offset + done);
        done = whole;
    }
    return done;
}

Result<void> File::write_at(std::uint64_t offset, Bytes bytes) {
    return write_at(offset, std::span<const Bytes>{&bytes, 1});
}

Result<void> File::write_at(std::uint64_t offset, std::span<const Bytes> parts) {
    return write_parts(IoOperation::write, offset, parts);
}

Result<std::uint64_t> File::append(Bytes bytes) {
    return append(std::span<const Bytes>{&bytes, 1});
}

Result<std::uint64_t> File::append(std::span<const Bytes> parts) {
    const std::uint64_t at = end_;
    auto written = write_parts(IoOperation::write, at, parts);
    if (written) return at;
    if (end_ > at && !failure_) {
        if (auto cut = resize_to(at); !cut && !failure_) failure_ = cut.error();
    }
    return written.error();
}

Result<void> File::sync() {
    if (auto refused = refusal(IoOperation::sync, 0, 0)) return *std::move(refused);
    const std::int64_t answer = uninterrupted([&] { return sync_data(); });
    if (answer >= 0) return {};
    failure_ = io_error(IoOperation::sync, path_, static_cast<int>(-answer));
    return *failure_;
}

Result<void> File::reserve(std::uint64_t offset, std::uint64_t length) {
    if (auto refused = refusal(IoOperation::preallocate, offset, length)) {
        return *std::move(refused);
    }
    if (options_.direct && !(is_aligned(offset) && is_aligned(length))) {
        return misaligned(IoOperation::preallocate, offset);
    }
    if (length == 0) return {};
    const std::int64_t answer = uninterrupted([&] { return allocate(offset, length); });
    if (answer == -EOPNOTSUPP) return {};
    if (answer < 0) return error(IoOperation::preallocate, answer, offset);
    end_ = std::max(end_, offset + length);
    return {};
}

Result<void> File::preallocate(std::uint64_t offset, std::uint64_t length) {
    // Where the file system cannot reserve, writing the zeros takes the blocks just as well.
    if (auto reserved = reserve(offset, length); !reserved) return reserved;
    return fill_with_zeros(offset, length);
}

Result<void> File::fill_with_zeros(std::uint64_t offset, std::uint64_t length) {
    std::array<Bytes, batch_parts> parts;
    while (length > 0) {
        std::size_t count = 0;
        std::uint64_t bytes = 0;
        while (count < parts.size() && bytes < length) {
            const std::size_t part =
                static_cast<std::size_t>(std::min<std::uint64_t>(zeros.size(), length - bytes));
            parts[count++] = Bytes{zeros}.first(part);
            bytes += part;
        }
        auto written = write_parts(IoOperation::preallocate, offset, std::span{parts}.first(count));
        if (!written) return written;
        offset += bytes;
        length -= bytes;
    }
    return {};
}

Result<void> File::truncate(std::uint64_t length) {
    if (auto refused = refusal(IoOperation::truncate, length, 0)) return *std::move(refused);
    return resize_to(length);
}

Result<std::uint64_t> File::size() {
    if (auto refused = refusal(IoOperation::size, 0, 0)) return *std::move(refused);
    const std::int64_t answer = uninterrupted([&] { return current_size(); });
    if (answer < 0) return io_error(IoOperation::size, path_, static_cast<int>(-answer));
    return static_cast<std::uint64_t>(answer);
}

/// Why an operation cannot be tried at all.
std::optional<IoError> File::refusal(IoOperation operation, std::uint64_t offset,
                                     std::uint64_t length) const {
    if (failure_) {
        return IoError{operation, IoErrorKind::failed_before, failure_->error_number, path_,
                       failure_->offset};
    }
    const bool changes = operation == IoOperation::write || operation == IoOperation::truncate ||
                         operation == IoOperation::preallocate;
    if (changes && options_.mode == OpenMode::read) {
        return io_error(operation, path_, EBADF, offset);
    }
    if (offset > largest_offset || length > largest_offset - offset) {
        return io_error(operation, path_, EFBIG, offset);
    }
    return std::nullopt;
}

bool File::aligned(std::uint64_t offset, Bytes bytes) const {
    return !options_.direct || (is_aligned(offset) && is_aligned(bytes.size()) &&
                                is_aligned(std::bit_cast<std::uintptr_t>(bytes.data())));
}

IoError File::error(IoOperation operation, std::int64_t answer, std::uint64_t offset) const {
    return io_error(operation, path_, static_cast<int>(-answer), offset);
}

IoError File::misaligned(IoOperation operation, std::uint64_t offset) const {
    return {operation, IoErrorKind::misaligned, EINVAL, path_, offset};
}

Result<void> File::write_parts(IoOperation operation, std::uint64_t offset,
                               std::span<const Bytes> parts) {
    std::uint64_t length = 0;
    for (const Bytes part : parts)
        length += part.size();
    if (auto refused = refusal(operation, offset, length)) return *std::move(refused);
    for (std::uint64_t at = offset; const Bytes part : parts) {
        if (!aligned(at, part)) return misaligned(operation, at);
        at += part.size();
    }
    for (Remaining remaining{parts}; !remaining.empty();) {
        std::int64_t answer = uninterrupted([&] { return write_some(offset, remaining.batch()); });
        if (answer == 0) answer = -EIO;  // A device that takes nothing would be asked for ever.
        if (answer < 0) {
            auto failed = error(operation, answer, offset);
            if (options_.direct) failure_ = failed;
            return failed;
        }
        offset += static_cast<std::uint64_t>(answer);
        end_ = std::max(end_, offset);
        remaining.advance(static_cast<std::size_t>(answer));
    }
    return {};
}

Result<void> File::resize_to(std::uint64_t length) {
    const std::int64_t answer = uninterrupted([&] { return resize(length); });
    if (answer < 0) return error(IoOperation::truncate, answer, length);
    end_ = length;
    return {};
}

}  // namespace tickweir::txn::io
