-- What some sites have sbatch, salloc and srun themselves refuse, before the controller is asked; here in one partition.

function slurm_cli_setup_defaults(options, early)
  return slurm.SUCCESS
end

function slurm_cli_pre_submit(options, offset)
  if options["partition"] == "filtered" and options["mem"] ~= nil then
    slurm.log_error("Requesting memory by node is not supported. Use --mem-per-cpu.")
    return slurm.ERROR
  end
  return slurm.SUCCESS
end

function slurm_cli_post_submit(offset, job, step)
  return slurm.SUCCESS
end

return slurm.SUCCESS
