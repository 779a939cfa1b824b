"""What any model must beat, tuned with the same care: each one's grid is judged on valid.

Each baseline is made from `links`, shape ``(num_users, num_posts)`` of ones, and scores all posts
for a block of users. None knows a data set by its name. `gnn.baselines.tuned` has the grids.
"""
