// Keeping a message takes no memory of the heap once the first one was kept.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "gateway/fix/message_store.hpp"
#include "tests/support/counted_new.hpp"
#include "txn/io/posix_files.hpp"

namespace tickweir::gateway::fix {
namespace {

TEST(StoreAllocationTest, TakesNoMemoryPerMessage) {
    std::string folder = (std::filesystem::temp_directory_path() / "tickweir-fix-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    {
        txn::io::PosixFiles files;
        auto directory = StoreDirectory::open(files, folder + "/stores");
        ASSERT_TRUE(directory);
        auto store = MessageStore::open(**directory, "S", {}, book::TimeNs{});
        ASSERT_TRUE(store);
        const std::string wire(170, 'x');
        std::uint64_t number = 1;
        ASSERT_EQ((*store)->append(number++, wire), Appended::stored);
        (*store)->flush();
        const std::uint64_t before = tests::allocations();
        // Less than a file, which allocates as it is begun.
        for (; number <= 10'000; ++number) {
            ASSERT_EQ((*store)->append(number, wire), Appended::stored);
            (*store)->set_next_outbound(number + 1);
            (*store)->set_next_inbound(number);
            if (number % 7 == 0) (*store)->flush();
        }
        EXPECT_EQ(tests::allocations(), before);
    }
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tickweir::gateway::fix
