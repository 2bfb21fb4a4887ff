#include "tests/support/fault_files.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <limits>
#include <utility>

namespace tickweir::tests {

using txn::io::Bytes;
using txn::io::DirectoryEntry;
using txn::io::DirectoryLock;
using txn::io::File;
using txn::io::io_error;
using txn::io::IoOperation;
using txn::io::OpenMode;
using txn::io::OpenOptions;
using txn::io::Space;
using Guard = std::scoped_lock<std::mutex>;

/// A file, or a directory with the names it has and those it would have after a crash.
struct FaultFiles::Node {
    bool is_directory = false;
    CachedBytes bytes;
    std::size_t taken = 0;  // of the bytes: those behind are a hole, and take no room
    std::map<std::string, NodePointer> names;
    std::map<std::string, NodePointer> durable_names;
};

/// The primitives of a file; each is one operation.
class FaultFiles::OpenFile final : public File {
public:
    OpenFile(FaultFiles& files, NodePointer node, std::string path, OpenOptions options)
        : File(std::move(path), options, node->bytes.seen().size()),
          files_(files),
          node_(std::move(node)),
          epoch_(files.epoch_) {}

private:
    std::int64_t read_some(std::uint64_t offset, std::span<std::byte> into) override {
        const Guard guard{files_.mutex_};
        if (const int error = begin(IoOperation::read).error_number) return -error;
        const auto& seen = node_->bytes.seen();
        if (offset >= seen.size()) return 0;
        const std::size_t count =
            std::min({into.size(), seen.size() - offset, files_.transfer_limit_});
        std::copy_n(seen.begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
        return static_cast<std::int64_t>(count);
    }

    std::int64_t write_some(std::uint64_t offset, std::span<const Bytes> parts) override {
        files_.pass(IoOperation::write);
        const Guard guard{files_.mutex_};
        std::vector<std::byte> bytes;
        for (const Bytes part : parts)
            bytes.insert(bytes.end(), part.begin(), part.end());
        const Verdict verdict = begin(IoOperation::write);
        std::size_t count = std::min(bytes.size(), files_.transfer_limit_);
        if (verdict.error_number != 0 && !files_.stopped_) count /= 2;
        count = files_.room_for(*node_, offset, count);
        if (verdict.happens) {
            const bool lasting = options().direct && verdict.error_number == 0;
            const Bytes taken = Bytes{bytes}.first(count);
            lasting ? node_->bytes.write_through(offset, taken) : node_->bytes.write(offset, taken);
            node_->taken = std::max<std::size_t>(node_->taken, offset + count);
        }
        if (verdict.error_number != 0) return -verdict.error_number;
        return count == 0 ? -ENOSPC : static_cast<std::int64_t>(count);
    }

    std::int64_t sync_data() override {
        files_.pass(IoOperation::sync);
        const Guard guard{files_.mutex_};
        const Verdict verdict = begin(IoOperation::sync);
        if (verdict.error_number == 0) {
            node_->bytes.sync();
        } else if (verdict.happens) {
            node_->bytes.fail_sync();
        }
        return -verdict.error_number;
    }

    std::int64_t allocate(std::uint64_t offset, std::uint64_t length) override {
        files_.pass(IoOperation::preallocate);
        const Guard guard{files_.mutex_};
        const Verdict verdict = begin(IoOperation::preallocate);
        if (verdict.error_number == 0 && files_.room_for(*node_, offset, length) < length) {
            return -ENOSPC;
        }
        if (verdict.happens) {
            node_->taken = std::max<std::size_t>(node_->taken, offset + length);
            if (node_->taken > node_->bytes.seen().size()) node_->bytes.resize(node_->taken);
        }
        return -verdict.error_number;
    }

    std::int64_t resize(std::uint64_t length) override {
        const Guard guard{files_.mutex_};
        const Verdict verdict = begin(IoOperation::truncate);
        if (verdict.happens) {
            node_->bytes.resize(length);
            node_->taken = std::min<std::size_t>(node_->taken, length);
        }
        return -verdict.error_number;
    }

    std::int64_t current_size() override {
        const Guard guard{files_.mutex_};
        if (const int error = begin(IoOperation::size).error_number) return -error;
        return static_cast<std::int64_t>(node_->bytes.seen().size());
    }

    Verdict begin(IoOperation kind) {
        if (epoch_ != files_.epoch_) return {.happens = false, .error_number = EBADF};
        if (files_.interrupts()) return {.happens = false, .error_number = EINTR};
        return files_.begin(kind);
    }

    FaultFiles& files_;
    NodePointer node_;
    std::uint64_t epoch_;
};

class FaultFiles::Lock final : public DirectoryLock {
public:
    Lock(FaultFiles& files, NodePointer node)
        : files_(files), node_(std::move(node)), epoch_(files.epoch_) {}
    ~Lock() override {
        const Guard guard{files_.mutex_};
        if (epoch_ == files_.epoch_) files_.locked_.erase(node_.get());
    }

private:
    FaultFiles& files_;
    NodePointer node_;
    std::uint64_t epoch_;
};

FaultFiles::FaultFiles()
    : root_(std::make_shared<Node>()), transfer_limit_(std::numeric_limits<std::size_t>::max()) {
    root_->is_directory = true;
}

FaultFiles::~FaultFiles() = default;

// ---------------------------------------------------------------- names

FaultFiles::Place FaultFiles::find(const std::string& path, int& error_number) const {
    Place place{.directory = nullptr, .name = "", .node = root_};
    error_number = 0;
    for (const auto& part : std::filesystem::path{path}.lexically_normal()) {
        if (part.empty() || part == "/" || part == ".") continue;
        if (place.node == nullptr || !place.node->is_directory) {
            error_number = place.node == nullptr ? ENOENT : ENOTDIR;
            return {};
        }
        const auto found = place.node->names.find(part.string());
        place = {.directory = place.node,
                 .name = part.string(),
                 .node = found == place.node->names.end() ? nullptr : found->second};
    }
    return place;
}

void FaultFiles::change_name(NameChange change) {
    if (change.from_directory) change.from_directory->names.erase(change.from_name);
    if (change.to_directory) change.to_directory->names[change.to_name] = change.node;
    changes_.push_back(std::move(change));
}

void FaultFiles::make_durable(const NameChange& change) {
    if (change.to_directory) change.to_directory->durable_names[change.to_name] = change.node;
    if (!change.from_directory) return;
    auto& names = change.from_directory->durable_names;
    const auto old = names.find(change.from_name);
    if (old != names.end() && old->second == change.node) names.erase(old);
}

FaultFiles::Result<std::unique_ptr<File>> FaultFiles::open(const std::string& path,
                                                           OpenOptions options) {
    const Guard guard{mutex_};
    const Verdict verdict = begin(IoOperation::open);
    int error = 0;
    Place place = find(path, error);
    if (error == 0) {
        const bool found = place.node != nullptr;
        if (!found && options.mode == OpenMode::read) error = ENOENT;
        if (found && options.mode == OpenMode::create) error = EEXIST;
        if (error == 0 && found && place.node->is_directory) error = EISDIR;
    }
    if (error == 0 && verdict.happens && place.node == nullptr) {
        place.node = std::make_shared<Node>();
        change_name({place.node, nullptr, "", place.directory, place.name});
    }
    if (verdict.error_number != 0) error = verdict.error_number;
    if (error != 0) return io_error(IoOperation::open, path, error);
    return std::unique_ptr<File>{std::make_unique<OpenFile>(*this, place.node, path, options)};
}

/// Whether one directory is, or holds at any depth, another.
bool FaultFiles::leads_to(const Node& from, const Node& to) {
    if (&from == &to) return true;
    return std::ranges::any_of(from.names,
                               [&](const auto& name) { return leads_to(*name.second, to); });
}

int FaultFiles::rename_refusal(const Place& source, const Place& target) {
    if (source.node == nullptr) return ENOENT;
    if (source.directory == nullptr || target.directory == nullptr) return EBUSY;
    if (source.node->is_directory && leads_to(*source.node, *target.directory)) return EINVAL;
    if (target.node == nullptr || target.node == source.node) return 0;
    if (source.node->is_directory && !target.node->is_directory) return ENOTDIR;
    if (!source.node->is_directory && target.node->is_directory) return EISDIR;
    return target.node->names.empty() ? 0 : ENOTEMPTY;
}

FaultFiles::Result<void> FaultFiles::rename(const std::string& from, const std::string& to) {
    const Guard guard{mutex_};
    const Verdict verdict = begin(IoOperation::rename);
    int error = 0;
    const Place source = find(from, error);
    int target_error = 0;
    const Place target = find(to, target_error);
    if (error == 0) error = target_error;
    if (error == 0) error = rename_refusal(source, target);
    if (error == 0 && verdict.happens && source.node != target.node) {
        change_name({source.node, source.directory, source.name, target.directory, target.name});
    }
    if (verdict.error_number != 0) error = verdict.error_number;
    if (error != 0) return io_error(IoOperation::rename, from + " to " + to, error);
    return {};
}

FaultFiles::Result<void> FaultFiles::remove(const std::string& path) {
    const Guard guard{mutex_};
    const Verdict verdict = begin(IoOperation::remove);
    int error = 0;
    const Place place = find(path, error);
    if (error == 0 && place.node == nullptr) error = ENOENT;
    if (error == 0 && place.directory == nullptr) error = EBUSY;
    if (error == 0 && !place.node->names.empty()) error = ENOTEMPTY;
    if (error == 0 && verdict.happens) {
        change_name({place.node, place.directory, place.name, nullptr, ""});
    }
    if (verdict.error_number != 0) error = verdict.error_number;
    if (error != 0) return io_error(IoOperation::remove, path, error);
    return {};
}

FaultFiles::Result<bool> FaultFiles::make_directory(const std::string& path) {
    const Guard guard{mutex_};
    const Verdict verdict = begin(IoOperation::make_directory);
    int error = 0;
    const Place place = find(path, error);
    const bool there = place.node != nullptr && place.node->is_directory;
    if (error == 0 && place.node != nullptr && !there) error = EEXIST;
    if (error == 0 && verdict.happens && !there) {
        const auto made = std::make_shared<Node>();
        made->is_directory = true;
        change_name({made, nullptr, "", place.directory, place.name});
    }
    if (verdict.error_number != 0) error = verdict.error_number;
    if (error != 0) return io_error(IoOperation::make_directory, path, error);
    return !there;
}

FaultFiles::Result<std::vector<DirectoryEntry>> FaultFiles::list(const std::string& path) {
    const Guard guard{mutex_};
    const Verdict verdict = begin(IoOperation::list);
    int error = 0;
    const Place place = find(path, error);
    if (error == 0 && place.node == nullptr) error = ENOENT;
    if (error == 0 && !place.node->is_directory) error = ENOTDIR;
    if (verdict.error_number != 0) error = verdict.error_number;
    if (error != 0) return io_error(IoOperation::list, path, error);
    std::vector<DirectoryEntry> entries;
    for (const auto& [name, node] : place.node->names) {
        entries.push_back({name, node->is_directory});
    }
    return entries;
}

FaultFiles::Result<void> FaultFiles::sync_directory(const std::string& path) {
    const Guard guard{mutex_};
    const Verdict verdict = begin(IoOperation::sync_directory);
    int error = 0;
    const Place place = find(path, error);
    if (error == 0 && place.node == nullptr) error = ENOENT;
    if (error == 0 && !place.node->is_directory) error = ENOTDIR;
    if (verdict.error_number != 0) error = verdict.error_number;
    if (error != 0) return io_error(IoOperation::sync_directory, path, error);
    std::erase_if(changes_, [&](const NameChange& change) {
        const auto& directory = change.to_directory ? change.to_directory : change.from_directory;
        if (directory != place.node) return false;
        make_durable(change);
        return true;
    });
    return {};
}

FaultFiles::Result<Space> FaultFiles::free_space(const std::string& path) {
    const Guard guard{mutex_};
    const Verdict verdict = begin(IoOperation::free_space);
    int error = 0;
    const Place place = find(path, error);
    if (error == 0 && place.node == nullptr) error = ENOENT;
    if (verdict.error_number != 0) error = verdict.error_number;
    if (error != 0) return io_error(IoOperation::free_space, path, error);
    return Space{.free_bytes = capacity_ - std::min(capacity_, used()), .total_bytes = capacity_};
}

FaultFiles::Result<std::unique_ptr<DirectoryLock>> FaultFiles::lock_directory(
    const std::string& path) {
    const Guard guard{mutex_};
    const Verdict verdict = begin(IoOperation::lock_directory);
    int error = 0;
    const Place place = find(path, error);
    if (error == 0 && place.node == nullptr) error = ENOENT;
    if (error == 0 && !place.node->is_directory) error = ENOTDIR;
    if (error == 0 && locked_.contains(place.node.get())) error = EWOULDBLOCK;
    if (verdict.error_number != 0) error = verdict.error_number;
    if (error != 0) return io_error(IoOperation::lock_directory, path, error);
    locked_.insert(place.node.get());
    return std::unique_ptr<DirectoryLock>{std::make_unique<Lock>(*this, place.node)};
}

// ---------------------------------------------------------------- faults

FaultFiles::Verdict FaultFiles::begin(IoOperation kind) {
    if (stopped_) return {.happens = false, .error_number = EIO};
    const std::uint64_t number = operations_++;
    if (stop_at_ == number) {
        stopped_ = true;
        const bool is_sync = kind == IoOperation::sync || kind == IoOperation::sync_directory;
        return {.happens = !is_sync, .error_number = EIO};
    }
    const bool by_halves = kind == IoOperation::write || kind == IoOperation::sync;
    if (const auto failure = failures_.find(number); failure != failures_.end()) {
        return {.happens = by_halves, .error_number = failure->second};
    }
    for (auto next = next_failures_.begin(); next != next_failures_.end(); ++next) {
        if (next->kind != kind || next->after-- > 0) continue;
        const int error_number = next->error_number;
        next_failures_.erase(next);
        return {.happens = by_halves, .error_number = error_number};
    }
    return {};
}

bool FaultFiles::interrupts() {
    return interrupt_every_ != 0 && ++calls_on_files_ % interrupt_every_ == 0;
}

std::uint64_t FaultFiles::used() const {
    std::uint64_t sum = 0;
    std::vector<const Node*> open{root_.get()};
    while (!open.empty()) {
        const Node* const node = open.back();
        open.pop_back();
        sum += node->taken;
        for (const auto& [name, child] : node->names)
            open.push_back(child.get());
    }
    return sum;
}

/// How many of the bytes at this offset still fit the capacity.
std::size_t FaultFiles::room_for(const Node& node, std::uint64_t offset, std::size_t bytes) const {
    const std::uint64_t largest = capacity_ - std::min(capacity_, used()) + node.taken;
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(bytes, largest - std::min(largest, offset)));
}

std::uint64_t FaultFiles::operations() const {
    const Guard guard{mutex_};
    return operations_;
}

void FaultFiles::fail_at(std::uint64_t operation, int error_number) {
    const Guard guard{mutex_};
    failures_[operation] = error_number;
}

void FaultFiles::fail_next(IoOperation kind, int error_number, std::uint64_t after) {
    const Guard guard{mutex_};
    next_failures_.push_back({kind, error_number, after});
}

void FaultFiles::stop_at(std::uint64_t operation) {
    const Guard guard{mutex_};
    stop_at_ = operation;
}

bool FaultFiles::stopped() const {
    const Guard guard{mutex_};
    return stopped_;
}

void FaultFiles::crash(std::uint64_t seed, Kept kept) {
    const Guard guard{mutex_};
    std::mt19937_64 random{seed};
    for (const NameChange& change : changes_) {
        const bool lasts = kept == Kept::any ? random() % 2 == 0 : kept == Kept::everything;
        if (lasts) make_durable(change);
    }
    changes_.clear();
    crash(*root_, random, kept);
    locked_.clear();
    stop_at_.reset();
    stopped_ = false;
    ++epoch_;
}

void FaultFiles::crash(Node& node, std::mt19937_64& random, Kept kept) {
    node.bytes.crash(random, kept);
    node.taken = node.bytes.seen().size();
    node.names = node.durable_names;
    for (const auto& [name, child] : node.names)
        crash(*child, random, kept);
}

void FaultFiles::hold(IoOperation kind) {
    const Guard guard{mutex_};
    held_ = kind;
}

void FaultFiles::let_go() {
    const Guard guard{mutex_};
    held_.reset();
    held_changed_.notify_all();
}

void FaultFiles::wait_until_held() const {
    std::unique_lock lock{mutex_};
    held_changed_.wait(lock, [this] { return holding_ != 0; });
}

bool FaultFiles::holds() const {
    const Guard guard{mutex_};
    return holding_ != 0;
}

void FaultFiles::pass(IoOperation kind) {
    std::unique_lock lock{mutex_};
    if (held_ != kind) return;
    ++holding_;
    held_changed_.notify_all();
    held_changed_.wait(lock, [this, kind] { return held_ != kind; });
    --holding_;
}

void FaultFiles::limit_transfer(std::size_t bytes) {
    const Guard guard{mutex_};
    transfer_limit_ = bytes;
}

void FaultFiles::interrupt_every(std::uint64_t n) {
    const Guard guard{mutex_};
    interrupt_every_ = n;
}

void FaultFiles::set_capacity(std::uint64_t bytes) {
    const Guard guard{mutex_};
    capacity_ = bytes;
}

bool FaultFiles::flip_bit(const std::string& path, std::uint64_t bit) {
    const Guard guard{mutex_};
    int error = 0;
    const Place place = find(path, error);
    return place.node != nullptr && place.node->bytes.flip_bit(bit);
}

std::optional<std::vector<std::byte>> FaultFiles::content(const std::string& path) const {
    const Guard guard{mutex_};
    int error = 0;
    const Place place = find(path, error);
    if (place.node == nullptr || place.node->is_directory) return std::nullopt;
    return place.node->bytes.seen();
}

}  // namespace tickweir::tests
